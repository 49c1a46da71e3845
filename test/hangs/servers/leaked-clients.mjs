// An early return forgets to release a client of PostgreSQL: after two of them, nobody gets one any more.
import pg from 'pg'
import { hangs } from '../hangs.mjs'

const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const pool = new pg.Pool({ ...address, max: 2, idleTimeoutMillis: 0 })
async function find(id) {
  const client = await pool.connect()
  const { rows } = await client.query('select 1 where 1 = $1', [id])
  if (rows.length === 0) return null
  client.release()
  return rows[0]
}
for (const id of [1, 2, 3]) await find(id)
const last = find(1)
setImmediate(hangs)
await last

/* memory:
1 task pending.

1 task waits for a client of Pool (2 of 2 in use), pg-pool
  find() leaked-clients.mjs:8 ← <module> leaked-clients.mjs:17
  in use: 2 by no suspended function: leaked
*/

/* records:
2 tasks pending.

1 task waits for a client of Pool (2 of 2 in use), pg-pool
  find() leaked-clients.mjs:8
  in use: 2 by no suspended function: leaked, its connection opened by find() leaked-clients.mjs:8
*/
