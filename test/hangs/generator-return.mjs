// return() of an async generator that waits for an event: it is queued behind the call of next().
import { EventEmitter, on } from 'node:events'
import { hangs } from './hangs.mjs'

const bus = new EventEmitter()
globalThis.bus = bus
async function* updates() {
  for await (const [update] of on(bus, 'update')) yield update
}
async function session() {
  const all = updates()
  const next = all.next()
  await Promise.race([next, new Promise(setImmediate)])
  hangs()
  await all.return()
}
await session()

/* memory:
2 tasks pending.

Waiting for:
  updates() generator-return.mjs:8: event 'update' of EventEmitter
*/

/* records:
2 tasks pending.

Waiting for:
  updates() generator-return.mjs:8: event 'update' of EventEmitter
*/
