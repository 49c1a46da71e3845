// No leak: two queries are slow, and a third function waits for a client.
import pg from 'pg'
import { hangs } from '../hangs.mjs'

const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const pool = new pg.Pool({ ...address, max: 2, idleTimeoutMillis: 0 })
pool.on('acquire', () => ++acquired === 2 && setImmediate(hangs))
let acquired = 0
async function report() {
  return await pool.query('select pg_sleep(600)')
}
async function summary() {
  const client = await pool.connect()
  return await client.query('select pg_sleep(600)')
}
async function third() {
  return await pool.connect()
}
await Promise.all([report(), summary(), third()])

/* memory:
4 tasks pending.

1 task waits for a client of Pool (2 of 2 in use), pg-pool
  third() slow-query.mjs:17
  in use: 1 by report() slow-query.mjs:10
            waiting for socket 127.0.0.1:PORT, through Query
          1 by summary() slow-query.mjs:14
            waiting for socket 127.0.0.1:PORT, through Query

Waiting for:
  report() slow-query.mjs:10: socket 127.0.0.1:PORT, through Query
  summary() slow-query.mjs:14: socket 127.0.0.1:PORT, through Query
*/

/* records:
4 tasks pending.

1 task waits for a client of Pool (2 of 2 in use), pg-pool
  third() slow-query.mjs:17
  in use: 1 by report() slow-query.mjs:10
            waiting for socket 127.0.0.1:PORT, through Query
          1 by summary() slow-query.mjs:14
            waiting for socket 127.0.0.1:PORT, through Query

Waiting for:
  report() slow-query.mjs:10: socket 127.0.0.1:PORT, through Query
  summary() slow-query.mjs:14: socket 127.0.0.1:PORT, through Query
*/
