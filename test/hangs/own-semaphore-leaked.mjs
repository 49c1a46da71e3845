// A semaphore of the program's own: two functions threw before they gave their turns back. Those that wait would give theirs back.
import { hangs } from './hangs.mjs'

class Semaphore {
  constructor(free) {
    this.free = free
    this.waiting = []
  }
  acquire() {
    if (this.free > 0) {
      this.free--
      return Promise.resolve()
    }
    return new Promise((resolve) => this.waiting.push(resolve))
  }
  release() {
    const next = this.waiting.shift()
    if (next) next()
    else this.free++
  }
}

const uploads = new Semaphore(2)
async function upload(file) {
  await uploads.acquire()
  await send(file)
  uploads.release()
}
async function send(file) {
  await null
  if (file < 2) throw new Error('refused')
}
setTimeout(hangs, 50)
await Promise.allSettled([0, 1, 2, 3].map(upload))

/* memory:
3 tasks pending.

2 tasks wait for a turn of Semaphore.waiting
  2 × upload() own-semaphore-leaked.mjs:25
  in use: by no suspended function: leaked
*/

/* records:
3 tasks pending.

2 tasks wait for a turn of Semaphore.waiting
  2 × upload() own-semaphore-leaked.mjs:25
  in use: by no suspended function: leaked
*/
