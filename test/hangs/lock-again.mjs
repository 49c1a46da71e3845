// A lock that is taken again by the code it guards: the first request waits for itself, all others for it.
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { Mutex } from 'async-mutex'
import { hangs } from './hangs.mjs'

const cart = new Mutex()
async function save(key) {
  return cart.runExclusive(async () => key)
}
async function update(key) {
  await cart.runExclusive(async () => {
    await save(key)
  })
}
let arrived = 0
const server = createServer(async ({ url }, response) => {
  if (++arrived === 3) hangs()
  await update(url)
  response.end()
}).listen(0, '127.0.0.1')
await once(server, 'listening')
for (let i = 0; i < 3; i++) get({ port: server.address().port, path: '/cart', agent: false })

/* memory:
4 tasks pending.

1 deadlock:
  1. <anonymous> lock-again.mjs:13, in save() → the lock of Semaphore (1 in use) → <anonymous>
3 tasks wait for the lock of Semaphore (1 in use), async-mutex
  2 × update() lock-again.mjs:12 ← <anonymous> lock-again.mjs:19
  <anonymous> lock-again.mjs:13
  in use: 1 by <anonymous> lock-again.mjs:13, which itself waits for it
3 HTTP requests unanswered: GET /cart, sent by this process itself, in update() lock-again.mjs:12 ← <anonymous> lock-again.mjs:19
*/

/* records:
4 tasks pending.

1 deadlock:
  1. Task-N <anonymous> lock-again.mjs:13, in save() → the lock of Semaphore (1 in use) → Task-N
3 tasks wait for the lock of Semaphore (1 in use), async-mutex
  2 × update() lock-again.mjs:12 ← <anonymous> lock-again.mjs:19
  <anonymous> lock-again.mjs:13
  in use: 1 by <anonymous> lock-again.mjs:13, which itself waits for it
3 HTTP requests unanswered: GET /cart, sent by this process itself, oldest N s
*/
