// A lock of the program's own, whose queue is a private field: a function that has it waits for it again.
import { hangs } from './hangs.mjs'

class Mutex {
  #queue = []
  #isTaken = false
  async lock() {
    if (this.#isTaken) await new Promise((resolve) => this.#queue.push(resolve))
    this.#isTaken = true
  }
  unlock() {
    this.#isTaken = false
    this.#queue.shift()?.()
  }
  async run(work) {
    await this.lock()
    try {
      return await work()
    } finally {
      this.unlock()
    }
  }
}

const mutex = new Mutex()
const other = new Mutex()
async function save() {
  await mutex.run(async () => {})
}
async function update() {
  await mutex.run(save)
}
// It has the other one.
async function report() {
  await other.lock()
  await new Promise((resolve) => setTimeout(resolve, 1e6))
  other.unlock()
}
hangs()
await Promise.all([update(), save(), report()])

/* memory:
5 tasks pending.

1 deadlock:
  1. Mutex.run() own-lock-again.mjs:18, in Mutex.lock() own-lock-again.mjs:8 → a turn of Mutex.#queue → Mutex.run()
2 tasks wait for a turn of Mutex.#queue
  Mutex.lock() own-lock-again.mjs:8 ← Mutex.run() own-lock-again.mjs:18
  Mutex.lock() own-lock-again.mjs:8 ← save() own-lock-again.mjs:28
  in use: 1 by Mutex.lock() own-lock-again.mjs:8 ← Mutex.run() own-lock-again.mjs:18, which itself waits for it

Waiting for:
  report() own-lock-again.mjs:36: setTimeout 1000000 ms, N ms remaining
*/

/* records:
5 tasks pending.

1 deadlock:
  1. Task-N Mutex.run() own-lock-again.mjs:18, in Mutex.lock() own-lock-again.mjs:8 → a turn of Mutex.#queue → Task-N
2 tasks wait for a turn of Mutex.#queue
  Mutex.lock() own-lock-again.mjs:8 ← save() own-lock-again.mjs:28
  Mutex.lock() own-lock-again.mjs:8 ← Mutex.run() own-lock-again.mjs:18
  in use: 1 by Mutex.lock() own-lock-again.mjs:8 ← Mutex.run() own-lock-again.mjs:18, which itself waits for it

Waiting for:
  report() own-lock-again.mjs:36: setTimeout 1000000 ms, N ms remaining, made by <anonymous> own-lock-again.mjs:36
*/
