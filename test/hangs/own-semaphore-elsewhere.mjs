// A semaphore of the program's own whose turns are given back by callbacks that have taken the method along: nothing has leaked.
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

const uploads = new Semaphore(1)
async function upload() {
  await uploads.acquire()
  const { release } = uploads
  setTimeout(() => release.call(uploads), 900_000)
}
async function check() {
  await uploads.acquire()
  await null
  uploads.release()
}
setTimeout(hangs, 50)
await Promise.all([upload(), check()])

/* memory:
2 tasks pending.

1 task waits for a turn of Semaphore.waiting
  check() own-semaphore-elsewhere.mjs:30
  in use: by no suspended function; a callback may give it back
*/

/* records:
2 tasks pending.

1 task waits for a turn of Semaphore.waiting
  check() own-semaphore-elsewhere.mjs:30
  in use: by no suspended function; a callback may give it back
*/
