// each: paths dumps promises timers natives messages workers children
// A program replaces every builtin that can be replaced, after the tracer was loaded. The tracer calls none of them, in
// the main thread, in workers or in child processes.
import asyncHooks, { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import childProcess from 'node:child_process'
import events, { once } from 'node:events'
import fs from 'node:fs'
import module, { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import path from 'node:path'
import perfHooks from 'node:perf_hooks'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import url from 'node:url'
import util from 'node:util'
import v8 from 'node:v8'
import vm from 'node:vm'
import workerThreads from 'node:worker_threads'

const { apply, construct, ownKeys } = Reflect
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object
const ErrorOfRealm = Error
const ProxyOfRealm = Proxy
const MapOfRealm = Map
const uncurry = Function.prototype.bind.bind(Function.prototype.call)
const { includes, replace, split, trim } = Object.fromEntries(
  ['includes', 'replace', 'split', 'trim'].map((name) => [name, uncurry(String.prototype[name])]),
)
const mapGet = uncurry(MapOfRealm.prototype.get)
const mapSet = uncurry(MapOfRealm.prototype.set)
const isPlace = uncurry(RegExp.prototype.exec)

/** How often the tracer called what, and where. */
const calls = new MapOfRealm()
let isCounting = false
/** What answers a question calls functions of Node's modules as the program has left them, and asks the clock. */
const isQuestion = ['paths', 'dumps'].includes(process.argv[2])
const ofNode = /^(?:new )?(?:[a-z]|Performance#)/
const ownFolder = new URL('.', import.meta.resolve('async-trace')).href
const ownPath = url.fileURLToPath(ownFolder)

/** Who has called a builtin: what stands first in the stack besides this file and other builtins. */
function note(name) {
  isCounting = false
  const before = ['stackTraceLimit', 'prepareStackTrace'].map((key) => [key, getOwnPropertyDescriptor(ErrorOfRealm, key)])
  defineProperty(ErrorOfRealm, 'stackTraceLimit', { value: 12, configurable: true, writable: true, enumerable: true })
  delete ErrorOfRealm.prepareStackTrace
  const lines = split(new ErrorOfRealm().stack, '\n')
  for (const [key, descriptor] of before) if (descriptor) defineProperty(ErrorOfRealm, key, descriptor)
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]
    // The combinators, which the tracer wraps, call `then` and iterators by themselves.
    if (isPlace(/\.(?:all|allSettled|any|race) \(<anonymous>\)$/, line)) break
    if (isQuestion && isPlace(ofNode, name)) break
    // The wrapped `emit` of a channel passes the call on.
    if (name === 'events.EventEmitter#.emit') break
    if (includes(line, import.meta.url) || !isPlace(/:\d+\)?$/, line)) continue
    if (includes(line, ownFolder) || includes(line, ownPath)) {
      const call = `${name} ${replace(replace(trim(line), ownFolder, ''), ownPath, '')}`
      mapSet(calls, call, (mapGet(calls, call) ?? 0) + 1)
    }
    break
  }
  isCounting = true
}

const replaced = new Set()
let count = 0

function replaceAll(owner, ownerName) {
  if (owner === null || !['object', 'function'].includes(typeof owner) || replaced.has(owner)) return
  replaced.add(owner)
  for (const key of ownKeys(owner)) {
    if (['arguments', 'caller', 'constructor', 'prototype', '__proto__'].includes(key)) continue
    replaceOne(owner, key, `${ownerName}.${String(key)}`)
  }
}

function replaceOne(owner, key, name) {
  const descriptor = getOwnPropertyDescriptor(owner, key)
  for (const part of ['value', 'get', 'set']) {
    const original = descriptor[part]
    if (typeof original !== 'function') continue
    if (part === 'value') {
      replaceAll(original.prototype, `${name}#`)
      replaceAll(original, name)
    }
    if (!descriptor.configurable && (part !== 'value' || !descriptor.writable)) continue
    const replacement = { ...descriptor, [part]: counted(original, key, name) }
    if (descriptor.configurable) defineProperty(owner, key, replacement)
    else owner[key] = replacement.value
    descriptor[part] = replacement[part]
    count++
  }
}

function counted(original, key, name) {
  if (original.prototype === undefined) {
    return {
      [key](...args) {
        if (isCounting) note(name)
        return apply(original, this, args)
      },
    }[key]
  }
  return new ProxyOfRealm(original, {
    apply(target, self, args) {
      if (isCounting) note(name)
      return apply(target, self, args)
    },
    construct(target, args, newTarget) {
      if (isCounting) note(`new ${name}`)
      return construct(target, args, newTarget)
    },
  })
}

ErrorOfRealm.prepareStackTrace = (_error, sites) => sites
const [site] = new ErrorOfRealm().stack
delete ErrorOfRealm.prepareStackTrace
const timer = setTimeout(() => {}, 1)
clearTimeout(timer)
const arrays = getPrototypeOf([][Symbol.iterator]())
replaceAll(arrays, 'ArrayIterator')
replaceAll(getPrototypeOf(arrays), 'Iterator')
replaceAll(getPrototypeOf(new Map()[Symbol.iterator]()), 'MapIterator')
replaceAll(getPrototypeOf(new Set()[Symbol.iterator]()), 'SetIterator')
replaceAll(getPrototypeOf('a'[Symbol.iterator]()), 'StringIterator')
replaceAll(getPrototypeOf('a'.matchAll(/a/g)), 'RegExpStringIterator')
replaceAll(getPrototypeOf(function* () {}).prototype, 'Generator')
replaceAll(getPrototypeOf(async function* () {}).prototype, 'AsyncGenerator')
replaceAll(getPrototypeOf(Uint8Array), 'TypedArray')
replaceAll(getPrototypeOf(Uint8Array).prototype, 'TypedArray#')
replaceAll(getPrototypeOf(site), 'CallSite#')
replaceAll(getPrototypeOf(timer), 'Timeout#')
replaceAll(getPrototypeOf(performance), 'Performance#')
replaceAll(process, 'process')
const modules = { asyncHooks, childProcess, events, fs, module, path, perfHooks, timers, timersPromises, url, util, v8, vm, workerThreads }
for (const [name, exports] of Object.entries({ ...modules, types: util.types })) replaceAll(exports, name)
// What this program itself reads by these names while it prints stays as it is.
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (['globalThis', 'global', 'process', 'console', 'Proxy'].includes(name)) continue
  const descriptor = getOwnPropertyDescriptor(globalThis, name)
  if (descriptor.configurable && typeof descriptor.value === 'function') replaceOne(globalThis, name, name)
  else replaceAll(descriptor.value, name)
}
syncBuiltinESMExports()

function descriptorsOf(owner) {
  return ownKeys(owner).flatMap((key) => [key, ...Object.values(getOwnPropertyDescriptor(owner, key))])
}

const silent = { write() {} }
/** Only where tracing is on: the bare run, which this one is compared with, has nothing to ask. */
const asked = async () => {
  if (process.env.ASYNC_TRACE === 'off') return new ProxyOfRealm({}, { get: (_target, name) => (name === 'then' ? undefined : () => {}) })
  isCounting = false
  const tracer = await import('async-trace')
  isCounting = true
  return tracer
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function leaf() {
  await null
  return 1
}

async function* generate() {
  yield 1
  await null
  yield leaf()
}

async function deep(levels) {
  if (levels === 0) await null
  else await deep(levels - 1)
}

const work = {
  async promises() {
    class Sub extends Promise {}
    await leaf()
    leaf()
      .then(() => {})
      .catch(() => {})
      .finally(() => {})
    await Promise.all([leaf(), leaf(), 3])
    await Promise.race(new Set([leaf(), 4]))
    await Promise.allSettled([leaf()])
    await Promise.any([leaf()])
    // biome-ignore lint/suspicious/noThenProperty: a thenable.
    await { then: (resolve) => resolve(1) }
    for await (const value of generate()) void value
    await Sub.resolve(1)
      .then(() => leaf())
      .then(() => {})
    await new Promise((resolve) => resolve(leaf()))
    await deep(100)
    let last = Promise.resolve()
    for (let i = 0; i < 200; i++) last = last.then(() => leaf())
    await last
    for (let i = 0; i < 300; i++) leaf().then(() => leaf())
  },
  async timers() {
    queueMicrotask(() => {})
    process.nextTick(() => {})
    const interval = setInterval(() => clearInterval(interval), 2)
    for (let i = 0; i < 600; i++) setTimeout(() => {}, 1 + (i % 5))
    setTimeout(() => {}, 700)
    new Promise(() => {}).then(() => {})
    sleep(800)
    await timersPromises.setTimeout(3)
    // What is pending for half a second has its stack read.
    await sleep(1000)
  },
  /** What the program asks for. */
  async paths() {
    const tracer = await asked()
    await deep(20)
    const trace = tracer.collectAsyncTrace({ internals: true })
    for (const style of ['tree', 'stack']) tracer.formatAsyncTrace(trace, { style })
    await Promise.all([leaf().then(() => tracer.collectAsyncTrace()), leaf().then(() => tracer.printTrace({ stream: silent }))])
    await Promise.reject(new ErrorOfRealm('expected')).catch((error) => tracer.traceOf(error))
    await tracer.collectAsyncTrace({ promise: deep(5) })
  },
  async dumps() {
    const tracer = await asked()
    const stuck = deep(3).then(() => new Promise((resolve) => setTimeout(resolve, 2_000)))
    const all = Promise.all([stuck, sleep(2_000), Promise.race([stuck])])
    await sleep(10)
    const dump = await tracer.getTasks({ includeStacks: true })
    for (const format of ['text', 'table', 'json']) tracer.formatTasks(dump, { format })
    const graph = await tracer.captureWaitGraph({ threads: false })
    for (const format of ['tree', 'table', 'dot', 'mermaid', 'json']) tracer.formatWaitGraph(graph, { format })
    tracer.formatCallStack(tracer.captureCallStack({ promise: stuck }))
    tracer.printCallStack({ promise: all, stream: silent })
    await tracer.printTasks({ stream: silent, threads: false })
  },
  async natives() {
    await fs.promises.readFile(new URL(import.meta.url))
    await new Promise((resolve) => fs.stat('.', resolve))
    const server = net.createServer((socket) => socket.end('x')).listen(0)
    await once(server, 'listening')
    const socket = net.connect(server.address().port).resume()
    await once(socket, 'close')
    server.close()
    new AsyncResource('x').runInAsyncScope(() => leaf())
    new AsyncLocalStorage().run(1, () => leaf())
    AsyncResource.bind(() => leaf())()
    await util.promisify(setTimeout)(1)
    await sleep(800)
  },
  async messages() {
    const { port1, port2 } = new workerThreads.MessageChannel()
    const received = answers(port2)
    for (let i = 0; i < 20; i++) await postFrom(port1, i % 4)
    const inner = new workerThreads.MessageChannel()
    port1.postMessage({ port: inner.port1, end: true }, [inner.port1])
    await received
    port1.postMessage(1)
    workerThreads.receiveMessageOnPort(port2)
    for (const port of [port1, inner.port2]) port.close()
  },
  async workers() {
    const here = new URL(import.meta.url)
    const ways = [
      {},
      { env: { ...process.env }, name: 'own environment' },
      { execArgv: ['--no-warnings'], env: workerThreads.SHARE_ENV },
    ]
    for (const way of ways) await finished(new workerThreads.Worker(here, { argv: ['inside'], ...way }), 'postMessage')
  },
  async children() {
    await finished(childProcess.fork(url.fileURLToPath(import.meta.url), ['inside']), 'send')
  },
  /** What the started threads and processes do: the tracer's calls in them are printed there. */
  async inside() {
    const { parentPort } = workerThreads
    const [channel, method] = parentPort === null ? [process, 'send'] : [parentPort, 'postMessage']
    for (let i = 0; i < 10; i++) await Promise.all([leaf(), channel[method]({ i })])
    await new Promise((resolve) => channel.once('message', resolve))
    await work.promises()
    await work.messages()
    if (parentPort === null) process.disconnect()
  },
}

async function postFrom(port, levels) {
  if (levels === 0) port.postMessage({ text: 'a', list: [1, 2] })
  else await postFrom(port, levels - 1)
}

function answers(port) {
  return new Promise((resolve) => {
    port.on('message', (message) => {
      leaf().then(() => message.end && resolve())
      if (message.end) port.removeAllListeners('message')
    })
  })
}

/** Exchanges messages with a worker or a child until it ends. */
async function finished(started, method) {
  started.on('message', ({ i }) => {
    if (i === 9) leaf().then(() => started[method]('go on'))
  })
  await once(started, 'exit')
}

const atStart = descriptorsOf(Array.prototype)
isCounting = true
await work[process.argv[2]]()
isCounting = false
const atEnd = descriptorsOf(Array.prototype)
const isChanged = atStart.length !== atEnd.length || atStart.some((value, i) => value !== atEnd[i])
const { writeSync } = fs
if (isChanged) writeSync(1, 'what the program had replaced was not put back\n')
for (const [call, times] of calls) writeSync(1, `${times} times: ${call}\n`)
writeSync(1, `${count > 1000 ? 'all' : count} builtins replaced, ${calls.size} places call one\n`)
