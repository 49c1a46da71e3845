// A pool of the program's own: one client is in use for long, and no deadlock is claimed, as a callback gives clients back too.
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
async function report() {
  const client = await pool.acquire()
  try {
    await new Promise((resolve) => setTimeout(resolve, 1e6, client))
  } finally {
    pool.release(client)
  }
}
async function copy(id) {
  const from = await pool.acquire()
  const to = await pool.acquire()
  pool.release(to)
  pool.release(from)
  return id
}
export const later = (client) => setTimeout(() => pool.release(client), 1e6)
hangs()
await Promise.all([report(), copy(1), copy(2)])

/* memory:
4 tasks pending.

2 tasks wait for a turn of Pool.#waiting
  copy() own-pool.mjs:29
  copy() own-pool.mjs:30
  in use: 1 by report() own-pool.mjs:23
            waiting for setTimeout 1000000 ms
          1 by copy() own-pool.mjs:30, which itself waits for it

Waiting for:
  report() own-pool.mjs:23: setTimeout 1000000 ms, N ms remaining
*/

/* records:
4 tasks pending.

2 tasks wait for a turn of Pool.#waiting
  copy() own-pool.mjs:29
  copy() own-pool.mjs:30
  in use: 1 by report() own-pool.mjs:23
            waiting for setTimeout 1000000 ms
          1 by copy() own-pool.mjs:30, which itself waits for it

Waiting for:
  report() own-pool.mjs:23: setTimeout 1000000 ms, N ms remaining, made by <anonymous> own-pool.mjs:23
*/
