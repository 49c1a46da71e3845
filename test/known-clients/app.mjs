// Clients of servers that are not there, each with a call that waits for the connection, and one that is connected.
import { once } from 'node:events'
import { createServer } from 'node:net'
import grpc from '@grpc/grpc-js'
import { Redis } from 'ioredis'
import mongoose from 'mongoose'

// Accepts every command, and never answers one with a key.
const silent = createServer((socket) => {
  socket.on('data', (text) => {
    const commands = String(text).split(/^\*/m).slice(1)
    socket.write(commands.map((command) => (command.includes('key') ? '' : '+OK\r\n')).join(''))
  })
}).listen(0, '127.0.0.1')
const gone = createServer().listen(0, '127.0.0.1')
await Promise.all([once(silent, 'listening'), once(gone, 'listening')])
const { port } = gone.address()
await new Promise((resolve) => gone.close(resolve))

const settings = { host: '127.0.0.1', maxRetriesPerRequest: null, enableReadyCheck: false }
const down = new Redis({ ...settings, port, retryStrategy: () => 60_000 })
down.on('error', () => {})
async function waitsForRedis() {
  await down.get('key')
}
async function waitsForReady() {
  await new Promise((resolve) => down.once('ready', resolve))
}

const up = new Redis({ ...settings, port: silent.address().port, disableClientInfo: true })
await once(up, 'ready')
async function isConnected() {
  await up.get('key')
}

const coding = { requestSerialize: Buffer.from, responseSerialize: Buffer.from }
const get = { path: '/a.B/Get', requestStream: false, responseStream: false, requestDeserialize: String, ...coding }
const Stock = grpc.makeGenericClientConstructor({ get: { ...get, responseDeserialize: String } }, 'Stock')
const stock = new Stock(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
async function waitsForGrpc() {
  const metadata = new grpc.Metadata({ waitForReady: true })
  await new Promise((resolve, reject) => {
    stock.get('a', metadata, (error, value) => (error ? reject(error) : resolve(value)))
  })
}

mongoose.set('bufferTimeoutMS', 600_000)
const User = mongoose.model('User', new mongoose.Schema({ name: String }))
async function waitsForMongoose() {
  await User.findOne({ name: 'ada' })
}

for (const wait of [waitsForRedis, waitsForReady, isConnected, waitsForGrpc, waitsForMongoose]) wait()
setTimeout(() => console.log('ready'), 1500)
if (process.argv[2] === 'print') {
  const { printWaitGraph } = await import('async-trace')
  setTimeout(() => printWaitGraph({ paths: 'basename', heap: true }).then(() => process.exit()), 1600)
}
