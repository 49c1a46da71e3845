// What a program and a database client can see of a callback that is stored until an answer arrives.
import 'async-trace'
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { inspect, promisify } from 'node:util'
import mysql from 'mysql2'

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
const client = mysql.createConnection(address)
const pool = mysql.createPool({ ...address, connectionLimit: 1 })
await once(client, 'connect')
const storage = new AsyncLocalStorage()

function query(callback) {
  return new Promise((resolve) => {
    const after = (...args) => resolve(args)
    const command = client.query('select 1 from nowhere', callback(after))
    const stored = command.onResult
    console.log(stored.name, stored.length, typeof stored.prototype, Reflect.ownKeys(stored).map(String).join())
    console.log(inspect(stored), stored.extra, stored[promisify.custom]?.(), 'prototype' in stored)
  })
}

console.log(
  await query((after) => {
    function named(error, rows) {
      console.log(this.constructor.name, this.sql, arguments.length, new.target, error.code, rows)
      after(storage.getStore())
    }
    return Object.assign(named, { extra: [1], [promisify.custom]: () => 'custom' })
  }),
)
await query((after) => (error) => after(console.log(error.message)))
await storage.run('stored', () => query((after) => () => after(console.log(storage.getStore()))))

/** A proxy is stored as it is, and nothing of it is read. */
const read = []
const traps = { get: (target, key) => (read.push(String(key)), Reflect.get(target, key)), ownKeys: () => read.push('keys') }
await new Promise((resolve) => client.query('select 1 from nowhere', new Proxy(() => resolve(), traps)))
console.log(read.join())

console.log(await promisify(client.query).call(client, 'select 1 from nowhere').catch(({ code }) => code))
const order = []
const asks = (call) => new Promise((resolve) => call(() => resolve(order.push(call.name))))
await Promise.all([
  asks(function first(done) { pool.getConnection((_error, connection) => { connection.release(); done() }) }),
  asks(function second(done) { pool.query('select 1 from nowhere', done) }),
  asks(function third(done) { client.ping(done) }),
])
console.log(order.join())
const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve))
client.query('select 1 from nowhere', () => {
  throw new RangeError('of a callback')
})
const thrown = await uncaught
console.log(thrown.message, process.listenerCount('uncaughtException'))
for (const { prototype } of [pool.constructor, client.constructor]) {
  for (let at = prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [key, { value, ...descriptor }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (/^(?:query|getConnection)$/.test(key)) console.log(key, value.name, value.length, descriptor)
    }
  }
}
client.destroy()
pool.end()
server.close()
