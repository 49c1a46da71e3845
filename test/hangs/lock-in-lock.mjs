// A lock that is taken again by a function that only returns the promise of its turn: the lock waits for itself.
import { Mutex } from 'async-mutex'
import { hangs } from './hangs.mjs'

const stock = new Mutex()
async function count() {
  return stock.runExclusive(() => 1)
}
setTimeout(hangs, 50)
await stock.runExclusive(count)

/* memory:
1 task pending.

1 deadlock:
  1. the lock of Semaphore (1 in use): what is to give it back waits for it
1 task waits for the lock of Semaphore (1 in use), async-mutex
  <module> lock-in-lock.mjs:10
*/

/* records:
1 task pending.

1 deadlock:
  1. the lock of Semaphore (1 in use): what is to give it back waits for it
1 task waits for the lock of Semaphore (1 in use), async-mutex
  <module> lock-in-lock.mjs:10
*/
