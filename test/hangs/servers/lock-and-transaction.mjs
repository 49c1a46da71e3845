// A transaction has a lock of the database and waits for one of the program, whose holder waits for that of the database.
import { setTimeout as sleep } from 'node:timers/promises'
import { Mutex } from 'async-mutex'
import pg from 'pg'
import { hangs } from '../hangs.mjs'

const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const pool = new pg.Pool({ ...address, idleTimeoutMillis: 0 })
const cache = new Mutex()
/** Of this process. */
const row = process.pid
async function refund() {
  const client = await pool.connect()
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock($1)', [row])
  refresh()
  await sleep(200)
  hangs()
  await cache.runExclusive(() => {})
  await client.query('commit')
  client.release()
}
async function refresh() {
  await cache.runExclusive(async () => {
    await pool.query('select pg_advisory_xact_lock($1)', [row])
  })
}
await refund()

/* memory:
3 tasks pending.

1 task waits for the lock of Semaphore (1 in use), async-mutex
  refund() lock-and-transaction.mjs:19 ← <module> lock-and-transaction.mjs:28
  in use: 1 by <anonymous> lock-and-transaction.mjs:25
            waiting for socket 127.0.0.1:PORT, through Query

Waiting for:
  <anonymous> lock-and-transaction.mjs:25: socket 127.0.0.1:PORT, through Query
*/

/* records:
3 tasks pending.

1 task waits for the lock of Semaphore (1 in use), async-mutex
  refund() lock-and-transaction.mjs:19 ← <module> lock-and-transaction.mjs:28
  in use: 1 by <anonymous> lock-and-transaction.mjs:25
            waiting for socket 127.0.0.1:PORT, through Query

Waiting for:
  <anonymous> lock-and-transaction.mjs:25: socket 127.0.0.1:PORT, through Query
*/
