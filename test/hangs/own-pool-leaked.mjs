// A pool of the program's own: clients that were not given back are gone, and whoever comes later waits for ever.
import { hangs } from './hangs.mjs'

class Pool {
  #idle = [{ id: 1 }, { id: 2 }]
  #waiting = []
  async acquire() {
    const client = this.#idle.pop()
    if (client) return client
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
  release(client) {
    const next = this.#waiting.shift()
    if (next) next(client)
    else this.#idle.push(client)
  }
}

const pool = new Pool()
async function find(id) {
  const client = await pool.acquire()
  if (id > 1) return null
  pool.release(client)
  return client.id
}
// Those that wait for an event, which something emits, have no turn of anything.
class Gate {
  #waiting = []
  pass() {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
  open() {
    this.#waiting.shift()?.()
  }
}
const gate = new Gate()
async function enter() {
  await gate.pass()
  gate.open()
}
setTimeout(hangs, 50)
const entered = enter()
await Promise.all([1, 2, 3, 4, 5].map(find))
await entered

/* memory:
4 tasks pending.

2 tasks wait for a turn of Pool.#waiting
  2 × find() own-pool-leaked.mjs:21
  in use: by no suspended function: leaked

Waiting for:
  enter() own-pool-leaked.mjs:38: unresolved promise; its resolve() is stored in Gate.#waiting
*/

/* records:
4 tasks pending.

2 tasks wait for a turn of Pool.#waiting
  2 × find() own-pool-leaked.mjs:21
  in use: by no suspended function: leaked

Waiting for:
  enter() own-pool-leaked.mjs:38: unresolved promise; its resolve() is stored in Gate.#waiting
*/
