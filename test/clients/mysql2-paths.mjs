// Where the answers of a MySQL server go that come to callbacks, also through a pool of one connection. The server is that
// of the package: it knows no table.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { traceOf } from 'async-trace'
import mysql from 'mysql2'
import { trace } from './trace.mjs'

const program = fileURLToPath(import.meta.url)
const READS_PROTOCOL_41 = 0x00000200 | 0x00000008 | 0x00008000
const server = mysql.createServer((connection) => {
  connection.on('error', () => {})
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: '8',
    connectionId: 1,
    statusFlags: 2,
    characterSet: 8,
    capabilityFlags: READS_PROTOCOL_41,
    authCallback: (_parameters, done) => done(null),
  })
  connection.on('query', () => setImmediate(() => connection.writeError({ code: 1146, message: 'no such table' })))
})
server.listen(0)
await once(server._server, 'listening')
const address = { host: '127.0.0.1', port: server._server.address().port, user: 'app', database: 'app' }

function ask(client, done) {
  client.query('select 1 from nowhere', (error) => {
    trace('query', program, traceOf(error))
    done()
  })
}

function askPool(pool, done) {
  pool.query('select 2 from nowhere', (error) => {
    trace('query of a pool', program, traceOf(error))
    done()
  })
}

function lent(pool, done) {
  pool.getConnection((_error, connection) => {
    trace('getConnection()', program)
    connection.release()
    done()
  })
}

async function together(client, pool) {
  // Each from a turn of its own.
  const calls = [
    [ask, client],
    [ask, client],
    [askPool, pool],
    [lent, pool],
    [lent, pool],
  ]
  const turn = ([call, from]) => new Promise((resolve) => setImmediate(() => call(from, resolve)))
  await Promise.all(calls.map(turn))
}

const client = mysql.createConnection(address)
const pool = mysql.createPool({ ...address, connectionLimit: 1 })
await once(client, 'connect')
await together(client, pool)
client.destroy()
pool.end()
server.close()

/* prints:
query
  <anonymous>:30
  ask:29
  <anonymous>:59
  <anonymous>:59
  turn:59
  together:60
  <module>:66
  Task-1
query
  <anonymous>:30
  ask:29
  <anonymous>:59
  <anonymous>:59
  turn:59
  together:60
  <module>:66
  Task-1
query of a pool
  <anonymous>:37
  askPool:36
  <anonymous>:59
  <anonymous>:59
  turn:59
  together:60
  <module>:66
  Task-1
getConnection()
  <anonymous>:44
  lent:43
  <anonymous>:59
  <anonymous>:59
  turn:59
  together:60
  <module>:66
  Task-1
getConnection()
  <anonymous>:44
  lent:43
  <anonymous>:59
  <anonymous>:59
  turn:59
  together:60
  <module>:66
  Task-1
*/
