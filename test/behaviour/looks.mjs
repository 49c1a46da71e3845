// What is looked at in the values that a program gives to wrapped functions: every read of a property, in order.
import { fork } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import 'async-trace'
import { AsyncResource } from 'node:async_hooks'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'

const nameOf = (key) => String(key)

/** The object, and each object in it, behind a proxy that prints what is asked of it. */
function watched(name, target) {
  const say = (what, key) => console.log(name, what, nameOf(key))
  return new Proxy(target, {
    get: (object, key, receiver) => (say('get', key), Reflect.get(object, key, receiver)),
    has: (object, key) => (say('has', key), Reflect.has(object, key)),
    ownKeys: (object) => (say('keys', ''), Reflect.ownKeys(object)),
    getPrototypeOf: (object) => (say('prototype', ''), Reflect.getPrototypeOf(object)),
    getOwnPropertyDescriptor: (object, key) => (say('descriptor', key), Reflect.getOwnPropertyDescriptor(object, key)),
  })
}

/** The object with a getter that prints in place of each of these properties. */
function spied(name, object, properties) {
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(object, key, { get: () => (console.log(name, 'get', key), value), configurable: true, enumerable: true })
  }
  return object
}

for (const combine of ['all', 'allSettled', 'any', 'race']) {
  console.log(combine)
  const poisoned = Object.defineProperty([], Symbol.iterator, { get() { throw new Error('poisoned') } })
  await Promise[combine](poisoned).catch(({ message }) => console.log('rejected', message))
  await Promise[combine](watched('array', [1, 2]))
  await Promise[combine](spied('accessors', [], { 0: 1, 1: Promise.resolve(2) }))
  await Promise[combine](new Set([1, Promise.resolve(2)]))
  await Promise[combine]([spied('promise', Promise.resolve(1), { constructor: Promise })])
  await Promise[combine]([spied('promise', Promise.resolve(1), { then: Promise.prototype.then })])
  const { resolve } = Object.getOwnPropertyDescriptors(Promise)
  spied('Promise', Promise, { resolve: Promise.resolve })
  await Promise[combine]([1, Promise.resolve(2)])
  Object.defineProperty(Promise, 'resolve', resolve)
  const { then } = Object.getOwnPropertyDescriptors(Promise.prototype)
  spied('Promise.prototype', Promise.prototype, { then: Promise.prototype.then })
  const combined = Promise[combine]([1, Promise.resolve(2)])
  Object.defineProperty(Promise.prototype, 'then', then)
  await combined
  await Promise[combine]([watched('member', {})]).catch(({ message }) => console.log('rejected', message))
}

console.log('timers')
await new Promise((resolve) => setTimeout(resolve, { valueOf: () => (console.log('delay'), 1) }))
await new Promise((resolve) => setTimeout(watched('callback', resolve), 1))
await new Promise((resolve) => setImmediate(watched('callback', resolve)))
await new Promise((resolve) => process.nextTick(watched('callback', resolve)))
await new Promise((resolve) => queueMicrotask(watched('callback', resolve)))

console.log('resources')
new AsyncResource('Own', watched('options', {})).runInAsyncScope(watched('function', () => {}), watched('this', {}))

console.log('emitters')
const emitter = new EventEmitter()
const event = once(watched('emitter', emitter), 'event', watched('options', {}))
emitter.emit('event', watched('argument', {}))
await event

console.log('messages')
const { port1, port2 } = new MessageChannel()
port1.postMessage(spied('payload', {}, { a: 1, b: spied('inner', {}, { c: 2 }) }))
console.log(receiveMessageOnPort(port2).message)
port1.postMessage('text', watched('transfer', []))
port1.postMessage('text', spied('options', {}, { transfer: [] }))
console.log(receiveMessageOnPort(port2).message, receiveMessageOnPort(port2).message)
try {
  port1.postMessage(watched('payload', {}))
} catch (error) {
  console.log(error.name)
}
port1.close()

console.log('workers')
const settings = { eval: true, workerData: 1, env: {}, name: 'own', argv: [], stdout: false }
const worker = new Worker('require("worker_threads").parentPort.postMessage(1)', spied('options', {}, settings))
// Both at once: a message that has come late is delivered right before the exit.
await Promise.all([once(worker, 'message'), once(worker, 'exit')])

console.log('processes')
const child = fork('-p', ['0'], spied('options', { execArgv: ['--input-type=commonjs'] }, { stdio: 'ignore', env: process.env }))
child.send(watched('message', { cmd: 'own', a: watched('inner', {}) }), () => {})
await once(child, 'exit')
