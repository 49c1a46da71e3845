// All clients of a pool belong to transactions that wait for a server which never answers; the other requests queue behind them.
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import pg from 'pg'
import { hangs } from '../hangs.mjs'

const upstream = createServer(() => {}).listen(0, '127.0.0.1')
await once(upstream, 'listening')
const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const pool = new pg.Pool({ ...address, max: 3, idleTimeoutMillis: 0 })
async function charge(order) {
  const answer = await fetch(`http://127.0.0.1:${upstream.address().port}/charge/${order}`)
  return await answer.json()
}
async function checkout(order) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await charge(order)
    await client.query('commit')
  } finally {
    client.release()
  }
}
async function list() {
  const { rows } = await pool.query('select 1')
  return rows
}
let listed = 0
const shop = createServer(async ({ url }, response) => {
  if (url === '/list' && ++listed === 20) setImmediate(hangs)
  response.end(String(await (url === '/list' ? list() : checkout(url.slice('/checkout/'.length)))))
}).listen(0, '127.0.0.1')
await once(shop, 'listening')
const ask = (path) => get({ port: shop.address().port, path, agent: false })
upstream.on('request', () => {
  // One after the other: the answer has them in this order.
  if (++charged < 3) ask(`/checkout/${charged + 1}`)
  else if (charged === 3) for (let i = 0; i < 20; i++) ask('/list')
})
let charged = 0
ask('/checkout/1')

/* memory:
26 tasks pending.

20 tasks wait for a client of Pool (3 of 3 in use), pg-pool
  20 × list() upstream-in-transaction.mjs:26 ← <anonymous> upstream-in-transaction.mjs:32
  in use: 3 by charge() upstream-in-transaction.mjs:12 ← checkout() upstream-in-transaction.mjs:19
            waiting for socket 127.0.0.1:PORT
26 HTTP requests unanswered:
  20 × GET /list, sent by this process itself, in list() upstream-in-transaction.mjs:26 ← <anonymous> upstream-in-transaction.mjs:32
  3 × GET /charge/1 and 2 other paths, sent by this process itself
  3 × GET /checkout/1 and 2 other paths, sent by this process itself, in <anonymous> upstream-in-transaction.mjs:32

Waiting for:
  3 × charge() upstream-in-transaction.mjs:12 ← checkout() upstream-in-transaction.mjs:19: socket 127.0.0.1:PORT
*/

/* records:
26 tasks pending.

20 tasks wait for a client of Pool (3 of 3 in use), pg-pool
  20 × list() upstream-in-transaction.mjs:26 ← <anonymous> upstream-in-transaction.mjs:32
  in use: 3 by charge() upstream-in-transaction.mjs:12 ← checkout() upstream-in-transaction.mjs:19
            waiting for socket 127.0.0.1:PORT
26 HTTP requests unanswered:
  3 × GET /checkout/1 and 2 other paths, sent by this process itself, oldest N s
  3 × GET /charge/1 and 2 other paths, sent by this process itself, oldest N s
  20 × GET /list, sent by this process itself, oldest N s

Waiting for:
  3 × charge() upstream-in-transaction.mjs:12 ← checkout() upstream-in-transaction.mjs:19: socket 127.0.0.1:PORT
*/
