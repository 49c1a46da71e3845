// HTTP requests that are not answered, each in its own way, and one that is.
import { once } from 'node:events'
import { Agent, createServer, get, request } from 'node:http'
import { connect } from 'node:net'
import express from 'express'

const sessions = new Map([['s1', 'ada']])
function auth(req, _res, next) {
  if (sessions.has(req.headers['x-session'])) next()
}
const shop = express.Router()
shop.get('/cart', (_req, res) => {
  res.locals.isSeen = true
})
const app = express()
app.get('/ok', (_req, res) => res.send('ok'))
app.use('/shop', shop)
app.use(auth)
app.get('/orders', (_req, res) => res.json([]))
// The answered connection stays, however long it takes until somebody asks.
const open = createServer({ keepAliveTimeout: 0 }, app).listen(0, '127.0.0.1')

const waiting = []
async function slow(req, res) {
  await new Promise((resolve) => waiting.push(resolve))
  res.end(req.url)
}
const plain = createServer((req, res) => {
  if (req.url.startsWith('/slow')) slow(req, res)
  else if (req.url === '/begun') res.write('half')
}).listen(0, '127.0.0.1')
await Promise.all([once(open, 'listening'), once(plain, 'listening')])

// From a socket: no client of this process is to be seen.
function raw(server, text) {
  connect(server.address().port, '127.0.0.1').write(`${text}\r\nhost: x\r\n\r\n`)
}
raw(open, 'GET /orders?token=secret HTTP/1.1')
raw(open, 'GET /orders?token=other HTTP/1.1')
raw(open, 'GET /shop/cart HTTP/1.1')
raw(open, 'GET /ok HTTP/1.1')
raw(plain, 'GET /slow/1 HTTP/1.1')
raw(plain, 'POST /upload HTTP/1.1\r\ncontent-length: 10')
raw(plain, 'GET /begun HTTP/1.1')

const agent = new Agent({ maxSockets: 1 })
const port = plain.address().port
get({ agent, port, host: '127.0.0.1', path: '/slow/first?key=secret' })
get({ agent, port, host: '127.0.0.1', path: '/slow/second' })
request({ port, host: '127.0.0.1', path: '/slow/body', method: 'PUT' }).write('more is to come')
// Younger ones are in progress.
setTimeout(() => console.log('ready'), 1100)
if (process.argv[2] === 'print') {
  const { printWaitGraph } = await import('async-trace')
  setTimeout(() => printWaitGraph({ paths: 'basename' }).then(() => process.exit()), 1200)
}

/*
7 HTTP requests unanswered:
  2 × GET /orders, last in auth() http-requests.mjs:8
  GET /shop/cart, last in <anonymous> http-requests.mjs:12
  GET /slow/1, in slow() http-requests.mjs:25
  GET /slow/first, sent by this process itself, in slow() http-requests.mjs:25
  POST /upload, its body has not arrived to the end
  PUT /slow/body, its body has not arrived to the end, sent by this process itself, in slow() http-requests.mjs:25
1 HTTP answer not complete: GET /begun
2 outgoing HTTP requests without a complete answer:
  GET 127.0.0.1:PORT/slow/second, queued in its Agent for a free socket
  PUT 127.0.0.1:PORT/slow/body, its body is not complete: end() was not called, to this process itself

slow() ×3
│  slow() http-requests.mjs:25
└─ unresolved promise; its resolve() is stored in the variable waiting ×3

The process is kept alive by:
  server 127.0.0.1:… ×2
  socket 127.0.0.1:… ×18
*/
