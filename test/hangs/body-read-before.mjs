// A middleware has read the body of a request, and a proxy behind it pipes the rest of it on: nothing. The server behind the proxy
// waits for a body, the proxy for an answer.
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { hangs } from './hangs.mjs'

const behind = createServer((asked, response) => {
  asked.resume()
  asked.on('end', () => response.end('saved'))
  setImmediate(hangs)
}).listen(0, '127.0.0.1')
const front = createServer(async (asked, response) => {
  await readBody(asked)
  proxy(asked, response)
}).listen(0, '127.0.0.1')
await Promise.all([once(behind, 'listening'), once(front, 'listening')])
async function readBody(asked) {
  for await (const chunk of asked) asked.body = chunk
  await sleep(50)
}
function proxy(asked, response) {
  const { url: path, headers, method } = asked
  const passed = request({ port: behind.address().port, method, path, headers, agent: false })
  passed.on('response', (answer) => answer.pipe(response))
  // What has ended already never ends again.
  asked.on('data', (chunk) => passed.write(chunk))
  asked.on('end', () => passed.end())
  passed.flushHeaders()
}
const order = request({ port: front.address().port, method: 'POST', path: '/orders', agent: false })
order.end('tea')

/* memory:
No async function is suspended.

2 HTTP requests unanswered:
  POST /orders, its body has not arrived to the end, sent by this process itself
  POST /orders, sent by this process itself
1 outgoing HTTP request without a complete answer: POST localhost:PORT/orders, its body is not complete: end() was not called, to this process itself
*/

/* records:
No async function is suspended.

2 HTTP requests unanswered:
  POST /orders, sent by this process itself
  POST /orders, its body has not arrived to the end, sent by this process itself
1 outgoing HTTP request without a complete answer: POST localhost:PORT/orders, its body is not complete: end() was not called, to this process itself
*/
