// Answers whose bodies nobody reads keep their sockets: an Agent of three has none left for the next request.
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import { hangs } from './hangs.mjs'

const body = Buffer.alloc(1 << 20)
const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1')
await once(server, 'listening')
const agent = new Agent({ keepAlive: true, maxSockets: 3 })
const seen = new Map()
async function open(path) {
  const request = get({ port: server.address().port, path, agent })
  const [answer] = await once(request, 'response')
  return answer
}
async function size(path) {
  const answer = await open(path)
  seen.set(path, answer)
  return Number(answer.headers['content-length'])
}
async function profile() {
  const answer = await open('/me')
  answer.resume()
  return answer.statusCode
}
for (const n of [1, 2, 3]) await size(`/file/${n}?token=secret`)
hangs()
await profile()

/* memory:
1 task pending.

4 outgoing HTTP requests without a complete answer:
  GET localhost:PORT/file/1, its answer has begun, and has not been read to the end
  GET localhost:PORT/file/2, its answer has begun, and has not been read to the end
  GET localhost:PORT/file/3, its answer has begun, and has not been read to the end
  GET localhost:PORT/me, queued in its Agent for a free socket, in open() unread-answers.mjs:13 ← <module> unread-answers.mjs:28

Waiting for:
  open() unread-answers.mjs:13 ← <module> unread-answers.mjs:28: event 'response' of ClientRequest
*/

/* records:
1 task pending.

4 outgoing HTTP requests without a complete answer:
  GET localhost:PORT/file/1, its answer has begun, and has not been read to the end
  GET localhost:PORT/file/2, its answer has begun, and has not been read to the end
  GET localhost:PORT/file/3, its answer has begun, and has not been read to the end
  GET localhost:PORT/me, queued in its Agent for a free socket

Waiting for:
  open() unread-answers.mjs:13 ← <module> unread-answers.mjs:28: event 'response' of ClientRequest
*/
