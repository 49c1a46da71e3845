// axios on an Agent of three sockets: streams that nobody reads keep them.
import http from 'node:http'
import axios from 'axios'
import { hangs } from './hangs.mjs'

const server = http.createServer((_, response) => response.end(Buffer.alloc(1 << 20))).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const baseURL = `http://127.0.0.1:${server.address().port}`
const client = axios.create({ baseURL, httpAgent: new http.Agent({ keepAlive: true, maxSockets: 3 }) })
const kept = new Map()
async function probe(n) {
  const answer = await client.get(`/file/${n}`, { responseType: 'stream' })
  kept.set(n, answer.headers)
  if (answer.headers['content-length'] > 1000) return null
  return answer.data
}
async function profile() {
  return (await client.get('/me')).status
}
for (const n of [1, 2, 3]) await probe(n)
setTimeout(hangs, 100)
await profile()

/* memory:
1 task pending.

4 outgoing HTTP requests without a complete answer:
  GET 127.0.0.1:PORT/file/1, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/file/2, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/file/3, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/me, queued in its Agent for a free socket

Waiting for:
  profile() agent-sockets.mjs:18 ← <module> agent-sockets.mjs:22: event 'response' of Writable
*/

/* records:
2 tasks pending.

4 outgoing HTTP requests without a complete answer:
  GET 127.0.0.1:PORT/file/1, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/file/2, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/file/3, its answer has begun, and has not been read to the end
  GET 127.0.0.1:PORT/me, queued in its Agent for a free socket

Waiting for:
  profile() agent-sockets.mjs:18 ← <module> agent-sockets.mjs:22: event 'response' of RedirectableRequest
*/
