// Where the answers of PostgreSQL go: after the await of a query, and into a callback, also through a pool. `pg` stores
// callbacks as they are, and calls them from its socket's events; a pool calls them when somebody gives a client back.
import { fileURLToPath } from 'node:url'
import { traceOf } from 'async-trace'
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

function failsBack(client, done) {
  client.query('select 2 from nowhere', (error) => {
    trace('in the callback, with an error', program, traceOf(error))
    done()
  })
}

function pooledBack(pool, done) {
  pool.query('select 3 from nowhere', (error) => {
    trace('in the callback of a pool, with an error', program, traceOf(error))
    done()
  })
}

/** Waits until `pooledBack` has given the only client back. */
function lent(pool, done) {
  pool.connect((_error, _client, release) => {
    trace('in the callback of connect()', program)
    release()
    done()
  })
}

/** Each in a turn of its own. */
async function calledBackTogether(from, calls) {
  await Promise.all(calls.map((call) => new Promise((resolve) => setImmediate(() => call(from, resolve)))))
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
await calledBackTogether(client, [failsBack, calledBack])
await calledBackTogether(pool, [pooledBack, lent, lent])
await client.end()
await pool.end()

/* prints:
after the await
  awaited:13
  page:29
  <module>:80
  Task-1
in the callback
  <anonymous>:18
  calledBack:17
  <anonymous>:30
  page:30
  <module>:80
  Task-1
after the await of a pool
  pooled:25
  page:31
  <module>:80
  Task-1
the first of two
  first:69
  together:64
  <module>:81
  Task-1
the second of two
  second:74
  together:64
  <module>:81
  Task-1
in the callback, with an error
  <anonymous>:36
  failsBack:35
  <anonymous>:59
  <anonymous>:59
  <anonymous>:59
  calledBackTogether:59
  <module>:82
  Task-1
in the callback
  <anonymous>:18
  calledBack:17
  <anonymous>:59
  <anonymous>:59
  <anonymous>:59
  calledBackTogether:59
  <module>:82
  Task-1
in the callback of a pool, with an error
  <anonymous>:43
  pooledBack:42
  <anonymous>:59
  <anonymous>:59
  <anonymous>:59
  calledBackTogether:59
  <module>:83
  Task-1
in the callback of connect()
  <anonymous>:51
  lent:50
  <anonymous>:59
  <anonymous>:59
  <anonymous>:59
  calledBackTogether:59
  <module>:83
  Task-1
in the callback of connect()
  <anonymous>:51
  lent:50
  <anonymous>:59
  <anonymous>:59
  <anonymous>:59
  calledBackTogether:59
  <module>:83
  Task-1
*/
