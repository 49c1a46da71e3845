// The same, of a module that exports it: a callback elsewhere may give clients back.
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

export const pool = new Pool()
async function find(id) {
  const client = await pool.acquire()
  if (id > 1) return null
  pool.release(client)
  return client.id
}
setTimeout(hangs, 50)
await Promise.all([1, 2, 3, 4, 5].map(find))

/* memory:
3 tasks pending.

2 tasks wait for a turn of Pool.#waiting
  2 × find() own-pool-exported.mjs:21
  in use: by no suspended function; a callback may give it back
*/

/* records:
3 tasks pending.

2 tasks wait for a turn of Pool.#waiting
  2 × find() own-pool-exported.mjs:21
  in use: by no suspended function; a callback may give it back
*/
