// Pools and locks, each in a way that a program uses it. What is expected of each stands in resources.test.mjs.
import { Mutex } from 'async-mutex'
import genericPool from 'generic-pool'
import Koa from 'koa'
import pgPool from 'pg-pool'
import sequelizePool from 'sequelize-pool'
import tarn from 'tarn'
import { showAfter } from './shown.mjs'

class Client {
  connect(done) {
    setImmediate(done)
  }
  once() {}
  on() {}
  removeListener() {}
  end() {}
  query(text, _values, done) {
    this.active = { text, done }
  }
}
const pgOf = (max) => new pgPool({ Client, max, idleTimeoutMillis: 0 })
const tarnOf = (max) =>
  new tarn.Pool({
    create: async () => ({}),
    destroy: () => {},
    validate: () => true,
    min: 0,
    max,
    acquireTimeoutMillis: 1e6,
  })
const sequelizeOf = (max) =>
  new sequelizePool.Pool({
    create: async () => ({}),
    destroy: async () => {},
    validate: () => true,
    max,
    min: 0,
    acquireTimeoutMillis: 1e6,
    idleTimeoutMillis: 1e6,
  })
const genericOf = (max) => genericPool.createPool({ create: async () => ({}), destroy: async () => {} }, { max })
const sleep = () => new Promise((resolve) => setTimeout(resolve, 900_000))

const tasks = []
const run = (promise) => tasks.push(promise)

// Held by a function that sleeps.
async function holdsPg(pool) {
  const client = await pool.connect()
  await sleep()
  client.release()
}
async function waitsPg(pool) {
  const client = await pool.connect()
  client.release()
}
async function holdsTarn(pool) {
  const one = await pool.acquire().promise
  await sleep()
  pool.release(one)
}
async function waitsTarn(pool) {
  pool.release(await pool.acquire().promise)
}
async function holdsSequelize(pool) {
  const one = await pool.acquire()
  await sleep()
  pool.release(one)
}
async function waitsSequelize(pool) {
  pool.release(await pool.acquire())
}
async function holdsGeneric(pool) {
  const one = await pool.acquire()
  await sleep()
  pool.release(one)
}
async function waitsGeneric(pool) {
  pool.release(await pool.acquire())
}
async function holdsLock(mutex) {
  const release = await mutex.acquire()
  await sleep()
  release()
}
async function waitsLock(mutex) {
  ;(await mutex.acquire())()
}
for (const [make, holds, waits] of [
  [pgOf, holdsPg, waitsPg],
  [tarnOf, holdsTarn, waitsTarn],
  [sequelizeOf, holdsSequelize, waitsSequelize],
  [genericOf, holdsGeneric, waitsGeneric],
  [() => new Mutex(), holdsLock, waitsLock],
]) {
  const resource = make(1)
  run(holds(resource))
  setTimeout(() => run(waits(resource)), 50)
}

// Nobody has it any more.
async function leaks(pool) {
  const client = await pool.connect()
  if (client.isBroken) client.release()
}
async function waitsForLeaked(pool) {
  ;(await pool.connect()).release()
}
const leaking = pgOf(2)
await leaks(leaking)
await leaks(leaking)
run(waitsForLeaked(leaking))

// Not leaked: a timer gives it back, or a variable has it.
async function lends(pool) {
  const client = await pool.connect()
  setTimeout(() => client.release(), 900_000)
}
async function waitsForTimer(pool) {
  ;(await pool.connect()).release()
}
const timed = pgOf(1)
await lends(timed)
run(waitsForTimer(timed))
const kept = []
async function keeps(pool) {
  kept.push(await pool.connect())
}
async function waitsForKept(pool) {
  ;(await pool.connect()).release()
}
const keeping = pgOf(1)
await keeps(keeping)
run(waitsForKept(keeping))
// An object of a package has it in a list, and may give it back.
const keeper = new Koa()
async function handsOver(pool) {
  keeper.middleware.push(await pool.connect())
}
async function waitsForHandedOver(pool) {
  ;(await pool.connect()).release()
}
const handing = pgOf(1)
await handsOver(handing)
run(waitsForHandedOver(handing))

// At work for a call of the program: `pool.query()` has the client, no function does.
async function queries(pool) {
  return pool.query('select 1')
}
async function waitsForQuery(pool) {
  ;(await pool.connect()).release()
}
const querying = pgOf(1)
run(queries(querying))
setTimeout(() => run(waitsForQuery(querying)), 50)

// Deadlocks: a lock that is entered again, and a pool of one that is asked twice.
const mutex = new Mutex()
async function entersAgain() {
  await mutex.runExclusive(async () => {
    await mutex.runExclusive(async () => {})
  })
}
run(entersAgain())
const single = pgOf(1)
async function asksTwice() {
  const client = await single.connect()
  await single.connect()
  client.release()
}
run(asksTwice())

// No deadlock: one of two will be given back.
const double = pgOf(2)
async function asksTwiceOfTwo() {
  const client = await double.connect()
  await double.connect()
  client.release()
}
async function sleepsWith() {
  const client = await double.connect()
  await sleep()
  client.release()
}
run(sleepsWith())
run(asksTwiceOfTwo())

// A class of the same name and fields that is of no package.
class Pool {
  _pendingQueue = []
  _clients = [{}]
  _idle = []
  connect() {
    return new Promise((resolve) => this._pendingQueue.push({ resolve }))
  }
}
const own = new Pool()
async function waitsForOwn() {
  await own.connect()
}
run(waitsForOwn())

globalThis.kept = [kept, tasks, leaking, timed, keeping, querying, own]
showAfter(300)
