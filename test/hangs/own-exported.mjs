// A semaphore that a module exports: others may use it, so no deadlock is claimed.
import { hangs } from './hangs.mjs'

class Semaphore {
  queue = []
  constructor(free) {
    this.free = free
  }
  async acquire() {
    if (this.free > 0) {
      this.free--
      return
    }
    await new Promise((resolve) => this.queue.push(resolve))
  }
  release() {
    const next = this.queue.shift()
    if (next) next()
    else this.free++
  }
}
export const service = { semaphore: new Semaphore(2) }
const semaphore = service.semaphore
async function both() {
  await semaphore.acquire()
  await semaphore.acquire()
  semaphore.release()
  semaphore.release()
}
async function other() {
  await service.semaphore.acquire()
  await new Promise((resolve) => setTimeout(resolve, 1e6))
  service.semaphore.release()
}
hangs()
await Promise.all([other(), both()])

/* memory:
3 tasks pending.

1 task waits for a turn of Semaphore.queue
  Semaphore.acquire() own-exported.mjs:14 ← both() own-exported.mjs:26
  in use: 1 by Semaphore.acquire() own-exported.mjs:14 ← both() own-exported.mjs:26, which itself waits for it
          1 by other() own-exported.mjs:32
            waiting for setTimeout 1000000 ms

Waiting for:
  other() own-exported.mjs:32: setTimeout 1000000 ms, N ms remaining
*/

/* records:
3 tasks pending.

1 task waits for a turn of Semaphore.queue
  Semaphore.acquire() own-exported.mjs:14 ← both() own-exported.mjs:26
  in use: 1 by other() own-exported.mjs:32
            waiting for setTimeout 1000000 ms
          1 by Semaphore.acquire() own-exported.mjs:14 ← both() own-exported.mjs:26, which itself waits for it

Waiting for:
  other() own-exported.mjs:32: setTimeout 1000000 ms, N ms remaining, made by <anonymous> own-exported.mjs:32
*/
