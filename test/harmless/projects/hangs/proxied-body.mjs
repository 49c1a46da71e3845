// express.json() has read the body of a request before http-proxy passes it on.
import { createServer, request } from 'node:http'
import express from 'express'
import httpProxy from 'http-proxy'
import { hangs } from './hangs.mjs'

const behind = createServer((asked, response) => {
  asked.resume()
  asked.on('end', () => response.end('saved'))
  setTimeout(hangs, 100)
}).listen(0, '127.0.0.1')
await new Promise((resolve) => behind.once('listening', resolve))
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${behind.address().port}` })
const app = express()
app.use(express.json())
app.use('/api', (asked, response) => proxy.web(asked, response))
const server = app.listen(0, '127.0.0.1', () => {
  const headers = { 'content-type': 'application/json' }
  const order = request({ port: server.address().port, method: 'POST', path: '/api/orders', headers, agent: false })
  order.end('{"tea":1}')
})

/* memory:
No async function is suspended.

2 HTTP requests unanswered:
  POST /api/orders, sent by this process itself, last in <anonymous> proxied-body.mjs:16
  POST /orders, its body has not arrived to the end, sent by this process itself
1 outgoing HTTP request without a complete answer: POST 127.0.0.1:PORT/orders, ended without all of its body, which the server waits for, to this process itself
*/

/* records:
No async function is suspended.

2 HTTP requests unanswered:
  POST /api/orders, sent by this process itself, for N s, last in <anonymous> proxied-body.mjs:16
  POST /orders, its body has not arrived to the end, sent by this process itself
1 outgoing HTTP request without a complete answer: POST 127.0.0.1:PORT/orders, ended without 9 bytes of its body, which the server waits for, to this process itself
*/
