// Where the answers of PostgreSQL go: after the await of a query, and into a callback, also through a pool.
// Not told: who called `query` with a callback. `pg` stores the callback as it is and calls it from its socket's
// events, so the path goes on where the socket was opened.
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { trace } from './trace.mjs'

const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const program = fileURLToPath(import.meta.url)

async function awaited(client) {
  await client.query('select 1')
  trace('after the await', program)
}

function calledBack(client, done) {
  client.query('select 2', () => {
    trace('in the callback', program)
    done()
  })
}

async function pooled(pool) {
  await pool.query('select 3')
  trace('after the await of a pool', program)
}

async function page(client, pool) {
  await awaited(client)
  await new Promise((resolve) => calledBack(client, resolve))
  await pooled(pool)
}

async function together(client) {
  // Both are queued in the client: each answer goes to its own.
  await Promise.all([first(client), second(client)])
}

async function first(client) {
  await client.query('select pg_sleep(0.05)')
  trace('the first of two', program)
}

async function second(client) {
  await client.query('select 4')
  trace('the second of two', program)
}

const client = new pg.Client(address)
const pool = new pg.Pool({ ...address, max: 1 })
await client.connect()
await page(client, pool)
await together(client)
await client.end()
await pool.end()

/* prints:
after the await
  awaited:13
  page:29
  <module>:52
  Task-1
in the callback
  <anonymous>:18
  <module>:51
  Task-1
after the await of a pool
  pooled:25
  page:31
  <module>:52
  Task-1
the first of two
  first:41
  together:36
  <module>:53
  Task-1
the second of two
  second:46
  together:36
  <module>:53
  Task-1
*/
