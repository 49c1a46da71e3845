// AsyncLocalStorage, async_hooks, AsyncResource and other people's promise hooks.
import 'async-trace'
import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { promiseHooks } from 'node:v8'

const storage = new AsyncLocalStorage()
const seen = []
const see = (where) => seen.push(`${where}: ${storage.getStore()}`)

async function work() {
  see('sync')
  await null
  see('awaited')
  await new Promise((resolve) => setTimeout(resolve, 1))
  see('slept')
}
await Promise.all([1, 2].map((id) => storage.run(id, work)))
storage.run(3, () => {
  setTimeout(() => see('timeout'))
  setImmediate(() => see('immediate'))
  process.nextTick(() => see('tick'))
  queueMicrotask(() => see('microtask'))
  readFile(new URL(import.meta.url), () => see('readFile'))
})
const resource = storage.run(4, () => new AsyncResource('TEST'))
console.log(resource.runInAsyncScope(function (...args) { return [this.x, ...args, storage.getStore()] }, { x: 1 }, 2, 3))
const bound = storage.run(5, () => AsyncResource.bind(() => storage.getStore()))
console.log(bound(), storage.getStore(), new EventEmitter() instanceof EventEmitter)
while (seen.length < 11) await new Promise((resolve) => setTimeout(resolve, 5))
console.log(seen.sort().join('\n'))

const types = []
const hook = createHook({ init: (_id, type) => types.push(type), before() {}, after() {}, destroy() {} }).enable()
await null
setTimeout(() => {}, 1)
await new Promise((resolve) => setImmediate(resolve))
hook.disable()
console.log(types.join())

const events = []
const stop = promiseHooks.createHook({
  init: (_p, parent) => events.push(parent ? 'init child' : 'init'),
  before: () => events.push('before'),
  after: () => events.push('after'),
  settled: () => events.push('settled'),
})
await (async () => {
  await null
  return Promise.resolve(1).then(() => 2)
})()
stop()
console.log(events.join())
console.log(executionAsyncId() >= 0)
