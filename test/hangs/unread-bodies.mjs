// The bodies of two answers are never read: they keep both connections of a client's pool.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Agent, request } from 'undici'
import { hangs } from './hangs.mjs'

const body = Buffer.alloc(1 << 20)
const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${server.address().port}`
const dispatcher = new Agent({ connections: 2, bodyTimeout: 0, headersTimeout: 0 })
const seen = []
async function exists(path) {
  const answer = await request(`${origin}${path}`, { dispatcher })
  seen.push(answer)
  return answer.statusCode === 200
}
async function load(path) {
  const answer = await request(`${origin}${path}`, { dispatcher })
  return await answer.body.text()
}
await exists('/first?token=secret')
await exists('/second')
hangs()
await load('/third')

/* memory:
1 task pending.

1 task waits for a connection of Pool (2 of 2 in use), undici
  load() unread-bodies.mjs:19 ← <module> unread-bodies.mjs:25
3 outgoing HTTP requests without a complete answer:
  GET 127.0.0.1:PORT/first, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/second, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/third, queued in its Agent for a free socket
*/

/* records:
1 task pending.

1 task waits for a connection of Pool (2 of 2 in use), undici
  load() unread-bodies.mjs:19 ← <module> unread-bodies.mjs:25
2 outgoing HTTP requests without a complete answer:
  GET 127.0.0.1:PORT/first, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/second, its answer has begun, and has not been read to the end
*/
