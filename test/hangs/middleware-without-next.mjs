// A middleware that neither answers nor calls next() if there is no session.
import { once } from 'node:events'
import { get } from 'node:http'
import express from 'express'
import { hangs } from './hangs.mjs'

const app = express()
const sessions = new Map()
function auth(request, _response, next) {
  if (sessions.has(request.headers['x-session'])) return next()
  hangs()
}
app.use(auth)
app.get('/orders', (_, response) => response.json([]))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
get({ port: server.address().port, path: '/orders', agent: false })

/* memory:
No async function is suspended.

1 HTTP request unanswered: GET /orders, sent by this process itself, last in auth() middleware-without-next.mjs:9
*/

/* records:
No async function is suspended.

1 HTTP request unanswered: GET /orders, sent by this process itself, for N s, last in auth() middleware-without-next.mjs:9
*/
