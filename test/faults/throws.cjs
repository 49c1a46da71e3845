// An exception that nobody catches, in each kind of callback: exit code, what is printed, what still runs.
// each: timer interval immediate tick microtask then await nested emitter read scope iterator thenable executor species getter handler
const { AsyncResource } = require('node:async_hooks')
const { EventEmitter } = require('node:events')
const { readFile } = require('node:fs')

const fail = () => { throw new Error('failed on purpose') }
const ways = {
  timer: () => setTimeout(fail, 1),
  interval: () => setInterval(fail, 1),
  immediate: () => setImmediate(fail),
  tick: () => process.nextTick(fail),
  microtask: () => queueMicrotask(fail),
  then: () => Promise.resolve().then(fail),
  await: async () => { await null; fail() },
  nested: async () => { await (async () => { await (async () => { await null; fail() })() })() },
  emitter: () => new EventEmitter().emit('error', new Error('failed on purpose')),
  read: () => readFile(__filename, fail),
  scope: () => new AsyncResource('X').runInAsyncScope(fail),
  iterator: () => Promise.all({ [Symbol.iterator]: fail }),
  thenable: async () => { await { then: fail } },
  executor: () => new Promise(fail),
  species: () => { class Sub extends Promise { static get [Symbol.species]() { return fail() } } Sub.resolve(1).then(() => {}) },
  getter: () => Promise.all.call({ get resolve() { return fail() } }, []),
  handler: () => { process.on('uncaughtException', () => { fail() }); setTimeout(fail) },
}
process.on('exit', (code) => console.log('exit', code))
setTimeout(() => console.log('still runs'), 1000)
ways[process.argv[2]]()
