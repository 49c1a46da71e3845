// Limiters, keyed locks, batches and connections with queues. What is expected of each stands in limiters.test.mjs.
import { createServer } from 'node:net'
import AsyncLock from 'async-lock'
import Bottleneck from 'bottleneck'
import DataLoader from 'dataloader'
import Redis from 'ioredis'
import mysqlServer from 'mysql2'
import mysql from 'mysql2/promise.js'
import pLimit from 'p-limit'
import PQueue from 'p-queue'
import { Piscina } from 'piscina'
import { Pool as UndiciPool } from 'undici'
import { showAfter } from './shown.mjs'

const sleep = () => new Promise((resolve) => setTimeout(resolve, 900_000))
const tasks = []
const run = (promise) => tasks.push(promise)
const later = (call) => setTimeout(() => run(call()), 50)

// Each is used by a function that sleeps, and another one waits.
async function holdsLimit() {
  await sleep()
}
async function waitsLimit(limit) {
  await limit(async () => {})
}
const limit = pLimit(2)
run(limit(holdsLimit))
run(limit(holdsLimit))
run(waitsLimit(limit))

async function holdsQueue() {
  await sleep()
}
async function waitsQueue(queue) {
  await queue.add(async () => {})
}
const queue = new PQueue({ concurrency: 1 })
run(queue.add(holdsQueue))
run(waitsQueue(queue))

async function holdsKey() {
  await sleep()
}
async function waitsKey(lock) {
  await lock.acquire('a', async () => {})
}
const lock = new AsyncLock()
run(lock.acquire('a', holdsKey))
run(
  lock.acquire('b', async () => {
    await lock.acquire('c', holdsKey)
  }),
)
run(waitsKey(lock))

async function readsBatch(keys) {
  await sleep()
  return keys
}
async function waitsBatch(loader) {
  await loader.load(1)
}
const loader = new DataLoader(readsBatch)
run(waitsBatch(loader))

async function holdsBottleneck() {
  await sleep()
}
async function waitsBottleneck(limiter) {
  await limiter.schedule(async () => {})
}
const bottleneck = new Bottleneck({ maxConcurrent: 1 })
run(bottleneck.schedule(holdsBottleneck))
later(() => waitsBottleneck(bottleneck))

async function holdsWorker(pool) {
  await pool.run(1)
}
async function waitsWorker(pool) {
  await pool.run(2)
}
const piscina = new Piscina({ filename: new URL('job.mjs', import.meta.url).href, maxThreads: 1, minThreads: 1 })
run(holdsWorker(piscina))
later(() => waitsWorker(piscina))

// A server that never answers a command.
const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
await new Promise((resolve) => silent.once('listening', resolve))
const { port } = silent.address()
const redis = new Redis({ port, host: '127.0.0.1', enableReadyCheck: false, disableClientInfo: true, protocol: 2 })
async function consumes(client) {
  await client.blpop('jobs', 0)
}
async function waitsRedis(client) {
  await client.ping()
}
await new Promise((resolve) => redis.once('ready', resolve))
run(consumes(redis))
later(() => waitsRedis(redis))

const requests = new UndiciPool(`http://127.0.0.1:${port}`, { connections: 1, headersTimeout: 0 })
async function asks(pool) {
  await pool.request({ path: '/', method: 'GET' })
}
async function waitsUndici(pool) {
  await pool.request({ path: '/', method: 'GET' })
}
run(asks(requests))
later(() => waitsUndici(requests))

const database = mysqlServer.createServer((connection) => {
  connection.on('error', () => {})
  connection.serverHandshake({
    protocolVersion: 10,
    serverVersion: '8.0.0',
    connectionId: 1,
    statusFlags: 2,
    characterSet: 8,
    capabilityFlags: 0xffffff ^ 0x800,
    authCallback: (_, done) => done(null, null),
  })
})
await new Promise((resolve) => database.listen(0, '127.0.0.1', resolve))
const { port: mysqlPort } = database._server.address()
const mysqlPool = mysql.createPool({ host: '127.0.0.1', port: mysqlPort, user: 'app', connectionLimit: 1 })
async function holdsMysql(pool) {
  const connection = await pool.getConnection()
  await sleep()
  connection.release()
}
async function waitsMysql(pool) {
  const connection = await pool.getConnection()
  connection.release()
}
run(holdsMysql(mysqlPool))
later(() => waitsMysql(mysqlPool))

// Deadlocks.
const small = pLimit(1)
async function entersLimit() {
  await small(() => small(async () => {}))
}
run(entersLimit())
const ownQueue = new PQueue({ concurrency: 5 })
async function awaitsIdle() {
  await ownQueue.onIdle()
}
run(ownQueue.add(awaitsIdle))
run(ownQueue.add(sleep))
const keys = new AsyncLock()
async function movesKey(from, to) {
  await keys.acquire(from, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await keys.acquire(to, async () => {})
  })
}
run(movesKey('a', 'b'))
run(movesKey('b', 'a'))
const users = new DataLoader(async function loadUsers(ids) {
  return teams.loadMany(ids)
})
const teams = new DataLoader(async function loadTeams(ids) {
  const found = await users.loadMany(ids)
  return found
})
run(users.load(1))
const nested = new Bottleneck({ maxConcurrent: 1 })
async function entersBottleneck() {
  await nested.schedule(async () => {
    await nested.schedule(async () => {})
  })
}
run(entersBottleneck())

// No deadlock: awaited from without, or another will give its turn back.
const idle = new PQueue({ concurrency: 1 })
run(idle.add(sleep))
async function waitsForIdle() {
  await idle.onIdle()
}
run(waitsForIdle())
const two = pLimit(2)
async function asksTwiceOfTwo() {
  await two(async () => {
    await two(async () => {})
  })
}
run(two(holdsLimit))
run(asksTwiceOfTwo())

globalThis.kept = [tasks, limit, queue, lock, loader, bottleneck, piscina, redis, requests, mysqlPool, small, keys]
showAfter(500)
