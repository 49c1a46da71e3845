// Resolvers in plain objects and lists, which a module keeps in variables or exports.
import { hangs } from './hangs.mjs'

export const waiters = []
export const pool = { waiters: [] }
const limits = { writes: { queue: new Map() } }
const byUser = { 'alice@example.com': [] }

async function acquire() {
  await new Promise((resolve) => waiters.push(resolve))
}
async function connect() {
  await new Promise((resolve) => pool.waiters.push(resolve))
}
async function write(key) {
  await new Promise((resolve) => limits.writes.queue.set(key, resolve))
}
async function greet(name) {
  await new Promise((resolve) => byUser[name].push(resolve))
}
hangs()
await Promise.all([acquire(), connect(), write('a key'), ...Object.keys(byUser).map(greet)])

/* memory:
5 tasks pending.

Waiting for:
  acquire() own-objects-exported.mjs:10: unresolved promise; its resolve() is stored in the variable waiters
  connect() own-objects-exported.mjs:13: unresolved promise; its resolve() is stored in pool.waiters
  write() own-objects-exported.mjs:16: unresolved promise; its resolve() is stored in limits.writes.queue
  greet() own-objects-exported.mjs:19: unresolved promise; its resolve() is stored in the variable byUser
*/

/* records:
5 tasks pending.

Waiting for:
  acquire() own-objects-exported.mjs:10: unresolved promise; its resolve() is stored in the variable waiters, made by acquire() own-objects-exported.mjs:10
  connect() own-objects-exported.mjs:13: unresolved promise; its resolve() is stored in pool.waiters, made by connect() own-objects-exported.mjs:13
  write() own-objects-exported.mjs:16: unresolved promise; its resolve() is stored in limits.writes.queue, made by write() own-objects-exported.mjs:16
  greet() own-objects-exported.mjs:19: unresolved promise; its resolve() is stored in the variable byUser, made by greet() own-objects-exported.mjs:19
*/
