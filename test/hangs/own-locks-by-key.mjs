// Locks by key, in a Map of lists: two functions take them crosswise.
import { hangs } from './hangs.mjs'

class Locks {
  #waiting = new Map()
  #taken = new Set()
  async acquire(key) {
    if (!this.#taken.has(key)) {
      this.#taken.add(key)
      return
    }
    await new Promise((resolve) => {
      const list = this.#waiting.get(key) ?? []
      list.push(resolve)
      this.#waiting.set(key, list)
    })
  }
  release(key) {
    const next = this.#waiting.get(key)?.shift()
    if (next) next()
    else this.#taken.delete(key)
  }
}

const locks = new Locks()
async function transfer(from, to) {
  await locks.acquire(from)
  await new Promise(setImmediate)
  await locks.acquire(to)
  locks.release(to)
  locks.release(from)
}
setTimeout(hangs, 50)
await Promise.all([transfer('a', 'b'), transfer('b', 'a')])

/* memory:
3 tasks pending.

2 tasks wait for a turn of Locks.#waiting
  2 × Locks.acquire() own-locks-by-key.mjs:12 ← transfer() own-locks-by-key.mjs:29
  in use: 2 by Locks.acquire() own-locks-by-key.mjs:12 ← transfer() own-locks-by-key.mjs:29, which itself waits for it
*/

/* records:
3 tasks pending.

2 tasks wait for a turn of Locks.#waiting
  2 × Locks.acquire() own-locks-by-key.mjs:12 ← transfer() own-locks-by-key.mjs:29
  in use: 2 by Locks.acquire() own-locks-by-key.mjs:12 ← transfer() own-locks-by-key.mjs:29, which itself waits for it
*/
