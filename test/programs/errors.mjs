// An error knows the path of the first function or .then of the program that met it, whoever asks and when.
import { once } from 'node:events'
import { traceError, tracePromise } from './trace.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const failing = (reason = new Error('lost')) => new Promise((_, reject) => setTimeout(reject, 1, reason))

// Awaited all the way, asked by the outermost handler.
async function query() {
  return await failing() // a0 query, c0 query
}
async function find() {
  return 1 + (await query()) // a1 find
}
async function handle() {
  await null
  return await find() // a2 handle
}
await handle().catch((error) => traceError('a', error)) // a3 <module> [ASYNC]

// .then all the way.
const load = () => failing().then((rows) => rows) // b0 load [THEN]
const show = () => load().then((rows) => rows) // b1 show
const route = () => Promise.resolve().then(function step() { // b3 route [THEN]
  return show() // b2 step
})
await route().catch((error) => traceError('b', error)) // b4 <module>

// A handler that asks only after other work.
async function late() {
  try {
    await query() // c1 late
  } catch (error) {
    await sleep(1)
    await null
    traceError('c', error)
  }
}
async function query2() {
  await late() // c2 query2
}
await query2() // c3 <module>

// A resumed function of which only the beginning is known.
async function resumed() { // d0 resumed
  await sleep(1)
  await failing()
}
await resumed().catch((error) => traceError('d', error)) // d1 <module> [ASYNC]

// Nobody awaits, and a reason that is no object.
const unhandled = new Map()
process.on('unhandledRejection', (reason, promise) => unhandled.set(reason?.message ?? reason, { reason, promise }))
async function send() { // e0 send, f0 send
  await sleep(1)
  throw new Error('smtp')
}
async function deny() { // g0 deny
  await sleep(1)
  throw 'denied'
}
function notify() {
  send() // e1 notify [ASYNC], f1 notify [ASYNC]
  deny() // g1 notify [ASYNC]
}
notify() // e2 <module>, f2 <module>, g2 <module>
await sleep(20)
traceError('e', unhandled.get('smtp').reason)
tracePromise('f', unhandled.get('smtp').promise)
tracePromise('g', unhandled.get('denied').promise)

// A string, asked in the handler that got it.
function ask() {
  return failing('no').then(null, (reason) => traceError('h', reason)) // h0 ask [THEN]
}
await ask() // h1 <module>

// One error, thrown again and again: the last time counts.
const always = new Error('always')
async function first() {
  await failing(always)
}
async function second() {
  await failing(always) // i0 second
}
await first().catch(() => {})
await second().catch((error) => traceError('i', error)) // i1 <module> [ASYNC]

// A combinator, and each error of Promise.any.
async function one() {
  await failing() // j0 one
}
async function both() {
  await Promise.all([one(), sleep(1)]) // j1 both [ASYNC]
}
await both().catch((error) => traceError('j', error)) // j2 <module>
async function two() {
  await failing() // k0 two
}
await Promise.any([two()]).catch(({ errors: [error] }) => traceError('k', error)) // k1 <module> [ASYNC]

// An executor that hands on.
function wrapped() {
  return new Promise((resolve, reject) => { // l1 wrapped
    failing().then(resolve, reject) // l0 <anonymous> [THEN]
  })
}
async function unwrap() {
  await wrapped() // l2 unwrap
}
await unwrap().catch((error) => traceError('l', error)) // l3 <module>

// An emitter's error.
async function open(socket) {
  await once(socket, 'open') // m0 open
}
const { EventEmitter } = await import('node:events')
const socket = new EventEmitter()
setTimeout(() => socket.emit('error', new Error('refused')), 1)
await open(socket).catch((error) => traceError('m', error)) // m1 <module> [ASYNC]

// A call that fails before it suspends.
async function fails() {
  throw new Error('at once')
}
async function check() {
  return 1 + (await fails()) // n0 check, o0 check
}
async function sign() {
  await null
  return 1 + (await check()) // n1 sign, o1 sign
}
await sign().catch((error) => traceError('n', error)) // n2 <module> [ASYNC]
await sleep(1)
await sign().catch((error) => traceError('o', error)) // o2 <module> [ASYNC]

// One that is awaited later.
async function failsLater() {
  const failed = fails()
  await null
  await failed // p0 failsLater
}
await failsLater().catch((error) => traceError('p', error)) // p1 <module> [ASYNC]

// One that was resumed by an import, and throws at once.
async function loadPlugin() { // q0 loadPlugin
  await import('node:path')
  throw new Error('no plugin')
}
async function loadAll() {
  await loadPlugin() // q1 loadAll
}
await loadAll().catch((error) => traceError('q', error)) // q2 <module> [ASYNC]
