// A semaphore that keeps those that wait in a linked list and hands out functions that release it: its jobs wait for jobs.
import { hangs } from './hangs.mjs'

class Semaphore {
  head = null
  tail = null
  constructor(permits) {
    this.permits = permits
  }
  acquire() {
    return new Promise((resolve) => {
      const node = { resolve, next: null }
      if (this.tail) this.tail.next = node
      else this.head = node
      this.tail = node
      this.#next()
    })
  }
  #next() {
    if (this.permits === 0 || this.head === null) return
    this.permits--
    const { resolve } = this.head
    this.head = this.head.next
    if (this.head === null) this.tail = null
    let isReleased = false
    resolve(() => {
      if (isReleased) return
      isReleased = true
      this.permits++
      this.#next()
    })
  }
}

const semaphore = new Semaphore(2)
async function crawl(page, depth) {
  const release = await semaphore.acquire()
  try {
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (depth > 0) await Promise.all([crawl(page * 2, depth - 1), crawl(page * 2 + 1, depth - 1)])
  } finally {
    release()
  }
}
setTimeout(hangs, 50)
await Promise.all([crawl(1, 1), crawl(2, 1)])

/* memory:
7 tasks pending.

4 deadlocks:
  1, 2, 3, 4. crawl() own-limiter.mjs:37 → a turn of Semaphore → crawl() own-limiter.mjs:40 → crawl()
4 tasks wait for a turn of Semaphore
  4 × crawl() own-limiter.mjs:37
  in use: 2 by crawl() own-limiter.mjs:40, which itself waits for it
*/

/* records:
7 tasks pending.

4 deadlocks:
  1. Task-N crawl() own-limiter.mjs:40 → Task-N crawl() own-limiter.mjs:37 → a turn of Semaphore → Task-N
  2. Task-N crawl() own-limiter.mjs:40 → Task-N crawl() own-limiter.mjs:37 → a turn of Semaphore → Task-N
  3. Task-N crawl() own-limiter.mjs:40 → Task-N crawl() own-limiter.mjs:37 → a turn of Semaphore → Task-N
  4. Task-N crawl() own-limiter.mjs:40 → Task-N crawl() own-limiter.mjs:37 → a turn of Semaphore → Task-N
4 tasks wait for a turn of Semaphore
  4 × crawl() own-limiter.mjs:37
  in use: 2 by crawl() own-limiter.mjs:40, which itself waits for it
*/
