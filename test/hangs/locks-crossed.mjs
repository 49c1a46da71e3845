// Two keys of one lock, taken in opposite order.
import AsyncLock from 'async-lock'
import { hangs } from './hangs.mjs'

const lock = new AsyncLock()
let taken = 0
async function move(from, to) {
  await lock.acquire(from, async () => {
    await new Promise(setImmediate)
    if (++taken === 2) hangs()
    await lock.acquire(to, async () => {})
  })
}
await Promise.all([move('a', 'b'), move('b', 'a')])

/* memory:
5 tasks pending.

1 deadlock:
  1. <anonymous> locks-crossed.mjs:11 → a lock of AsyncLock → <anonymous> locks-crossed.mjs:11 → a lock of AsyncLock → <anonymous>
1 task waits for a lock of AsyncLock, async-lock
  <anonymous> locks-crossed.mjs:11
  in use: 1 by <anonymous> locks-crossed.mjs:11, which itself waits for it
1 task waits for a lock of AsyncLock, async-lock
  <anonymous> locks-crossed.mjs:11
  in use: 1 by <anonymous> locks-crossed.mjs:11, which itself waits for it
*/

/* records:
5 tasks pending.

1 deadlock:
  1. Task-N <anonymous> locks-crossed.mjs:11 → a lock of AsyncLock → Task-N <anonymous> locks-crossed.mjs:11 → a lock of AsyncLock → Task-N
1 task waits for a lock of AsyncLock, async-lock
  <anonymous> locks-crossed.mjs:11
  in use: 1 by <anonymous> locks-crossed.mjs:11, which itself waits for it
1 task waits for a lock of AsyncLock, async-lock
  <anonymous> locks-crossed.mjs:11
  in use: 1 by <anonymous> locks-crossed.mjs:11, which itself waits for it
*/
