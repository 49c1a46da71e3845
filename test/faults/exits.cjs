// process.exit() inside each kind of callback, and what runs after it.
// each: timer interval immediate tick microtask then catch finally await generator emitter read unhandled exit beforeExit abort scope
const { AsyncResource } = require('node:async_hooks')
const { EventEmitter } = require('node:events')
const { readFile } = require('node:fs')

const leave = () => {
  console.log('leaves')
  setTimeout(() => console.log('never'), 0)
  Promise.resolve().then(() => console.log('never'))
  process.exit(7)
}
const ways = {
  timer: () => setTimeout(leave, 1),
  interval: () => setInterval(leave, 1),
  immediate: () => setImmediate(leave),
  tick: () => process.nextTick(leave),
  microtask: () => queueMicrotask(leave),
  then: () => Promise.resolve().then(leave),
  catch: () => Promise.reject(1).catch(leave),
  finally: () => Promise.resolve().finally(leave),
  await: async () => { await null; leave() },
  generator: async () => { for await (const _ of (async function* () { yield 1; await null; leave() })()); },
  emitter: () => { const e = new EventEmitter(); e.on('x', async () => { await 1; leave() }); e.emit('x') },
  read: () => readFile(__filename, leave),
  unhandled: () => { process.on('unhandledRejection', leave); Promise.reject(1) },
  exit: () => process.on('exit', () => { process.exitCode = 9; Promise.resolve().then(() => console.log('never')) }),
  beforeExit: () => process.once('beforeExit', async () => { console.log('again'); await new Promise((r) => setTimeout(r, 1)); leave() }),
  abort: () => { const c = new AbortController(); c.signal.addEventListener('abort', leave); setImmediate(() => c.abort()) },
  scope: () => new AsyncResource('X').runInAsyncScope(leave),
}
process.on('exit', (code) => console.log('exit', code))
ways[process.argv[2]]()
