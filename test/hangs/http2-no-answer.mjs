// HTTP/2 requests: of three, one is answered, one has lost its response, and one waits in a function.
import { once } from 'node:events'
import { connect, createServer } from 'node:http2'
import { hangs } from './hangs.mjs'

const waiting = []
async function cart(_request, response) {
  await new Promise((resolve) => waiting.push(resolve))
  response.end()
}
const server = createServer((request, response) => {
  if (request.url === '/ok') response.end('ok')
  else if (request.url.startsWith('/cart')) cart(request, response)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const client = connect(`http://127.0.0.1:${server.address().port}`)
client.request({ ':path': '/orders?token=secret' })
client.request({ ':path': '/cart' })
client.request({ ':path': '/ok' }).on('end', hangs).resume()

/* memory:
1 task pending.

2 HTTP requests unanswered:
  GET /cart, in cart() http2-no-answer.mjs:8
  GET /orders

Waiting for:
  cart() http2-no-answer.mjs:8: unresolved promise; its resolve() is stored in the variable waiting
*/

/* records:
1 task pending.

2 HTTP requests unanswered:
  GET /cart
  GET /orders

Waiting for:
  cart() http2-no-answer.mjs:8: unresolved promise; its resolve() is stored in the variable waiting, made by cart() http2-no-answer.mjs:8
*/
