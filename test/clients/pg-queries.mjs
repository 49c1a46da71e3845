// What node-postgres calls out of its connection's events, other than callbacks of queries that failed: listeners of a query, the
// callback of a cursor, the rows of a stream, and a callback of a successful query that throws.
import { fileURLToPath } from 'node:url'
import { traceOf } from 'async-trace'
import pg from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { trace } from './trace.mjs'

const address = { host: '127.0.0.1', port: Number(process.env.PORT), user: 'postgres', database: 'postgres' }
const program = fileURLToPath(import.meta.url)

function listens(client, done) {
  const query = client.query(new pg.Query('select 1'))
  query.once('row', () => trace('row', program))
  query.once('end', () => {
    trace('end', program)
    done()
  })
}

function listensToError(client, done) {
  client.query(new pg.Query('select 1 from nowhere')).once('error', (error) => {
    trace('error', program, traceOf(error))
    done()
  })
}

function reads(client, done) {
  const cursor = client.query(new Cursor('select 1'))
  readFrom(cursor, done)
}

function readFrom(cursor, done) {
  cursor.read(10, () => {
    trace('read', program)
    cursor.close(done)
  })
}

function readsFailing(client, done) {
  client.query(new Cursor('select 1 from nowhere')).read(10, (error) => {
    trace('read, with an error', program, traceOf(error))
    done()
  })
}

async function streams(client, done) {
  for await (const _row of client.query(new QueryStream('select 1'))) trace('a row of a stream', program)
  done()
}

function throws(client, done) {
  uncaught(done)
  client.query('select 1', () => {
    throw new Error('in the callback')
  })
}

function throwsInPool(pool, done) {
  uncaught(done)
  pool.query('select 1', () => {
    throw new Error('in the callback of a pool')
  })
}

function uncaught(done) {
  process.once('uncaughtException', (error) => {
    trace(`uncaught, ${error.message}`, program)
    done()
  })
}

const client = new pg.Client(address)
await client.connect()
const pool = new pg.Pool({ ...address, max: 1 })
for (const call of [listens, listensToError, reads, readsFailing, streams, throws]) {
  await new Promise((resolve) => call(client, resolve))
}
await new Promise((resolve) => throwsInPool(pool, resolve))
await client.end()
await pool.end()

/* prints:
row
  <anonymous>:15
  listens:14
  <anonymous>:78
  <module>:78
  Task-1
end
  <anonymous>:17
  listens:14
  <anonymous>:78
  <module>:78
  Task-1
error
  <anonymous>:24
  listensToError:23
  <anonymous>:78
  <module>:78
  Task-1
read
  <anonymous>:36
  readFrom:35
  reads:31
  <anonymous>:78
  <module>:78
  Task-1
read, with an error
  <anonymous>:43
  readsFailing:42
  <anonymous>:78
  <module>:78
  Task-1
a row of a stream
  streams:49
  <anonymous>:78
  <module>:78
  Task-1
uncaught, in the callback
  <anonymous>:69
  throws:55
  <anonymous>:78
  <module>:78
  Task-1
uncaught, in the callback of a pool
  <anonymous>:69
  throwsInPool:62
  <anonymous>:80
  <module>:80
  Task-1
*/
