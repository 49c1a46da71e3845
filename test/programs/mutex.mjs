// A mutex made of a promise chain, and a lock that hands over.
import { trace } from './trace.mjs'

class Mutex {
  #tail = Promise.resolve()
  run(job) {
    const result = this.#tail.then(() => job()) // a1 <anonymous> [ASYNC], a2 Mutex.run [THEN]
    this.#tail = result.catch(() => {})
    return result
  }
}

class Lock {
  #waiting = []
  #isHeld = false
  async acquire() {
    if (this.#isHeld) {
      await new Promise((resolve) => this.#waiting.push(resolve))
      trace('b') // b0 Lock.acquire
    } else trace('d') // d0 Lock.acquire
    this.#isHeld = true
  }
  release() {
    this.#isHeld = false
    this.#waiting.shift()?.()
  }
}

const mutex = new Mutex()
async function save() {
  await mutex.run(async () => { // a3 save
    await null
    trace('a') // a0 <anonymous>
  })
}

const lock = new Lock()
async function critical() {
  await lock.acquire() // b1 critical, d1 critical
  await null
  trace('c') // c0 critical
  lock.release()
}

await Promise.all([1, 2, 3].map(() => save())) // a4 <anonymous>, a5 <module>
await Promise.all([1, 2, 3].map(() => critical())) // b2 <anonymous> [ASYNC], c1 <anonymous> [ASYNC], d2 <anonymous>, b3 <module>, c2 <module>, d3 <module>
