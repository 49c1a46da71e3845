// got without a timeout, asked by a handler of express: the server behind accepts, and never answers.
import { createServer, get } from 'node:http'
import express from 'express'
import got from 'got'
import { hangs } from './hangs.mjs'

let asked = 0
const upstream = createServer(() => ++asked === 2 && hangs()).listen(0, '127.0.0.1')
await new Promise((resolve) => upstream.once('listening', resolve))
const app = express()
async function price(sku) {
  return got(`http://127.0.0.1:${upstream.address().port}/prices/${sku}`).json()
}
app.get('/cart', async (_, response) => {
  response.json(await Promise.all(['tea', 'tea'].map(price)))
})
const server = app.listen(0, '127.0.0.1', () => get({ port: server.address().port, path: '/cart', agent: false }))

/* memory:
3 tasks pending.

3 HTTP requests unanswered:
  2 × GET /prices/tea, sent by this process itself
  GET /cart, sent by this process itself, in <anonymous> upstream-silent.mjs:15

Waiting for:
  2 × <anonymous> upstream-silent.mjs:15: event 'response' of Request
*/

/* records:
3 tasks pending.

3 HTTP requests unanswered:
  GET /cart, sent by this process itself, for N s, last in <anonymous> upstream-silent.mjs:14
  2 × GET /prices/tea, sent by this process itself, oldest N s

Waiting for:
  2 × <anonymous> upstream-silent.mjs:15: event 'response' of Request
*/
