// What a program can see of worker threads, ports and pools.
import 'async-trace'
import { once } from 'node:events'
import { inspect } from 'node:util'
import workerThreads, {
  BroadcastChannel, getEnvironmentData, isMainThread, MessageChannel, MessagePort, parentPort, receiveMessageOnPort,
  setEnvironmentData, SHARE_ENV, threadId, Worker, workerData,
} from 'node:worker_threads'

const here = new URL(import.meta.url)
const log = (...values) => console.log(...values.map((value) => (typeof value === 'string' ? value : inspect(value, { depth: 6 }))))
const role = isMainThread ? 'main' : workerData?.role
const turn = () => new Promise((resolve) => setImmediate(resolve))

const roles = {
  echo() {
    parentPort.on('message', (message) => {
      if (message === 'end') parentPort.close()
      else parentPort.postMessage(message)
    })
  },
  facts() {
    parentPort.postMessage({
      threadId: threadId > 0, execArgv: process.execArgv, argv: process.argv.slice(2), workerData,
      environment: getEnvironmentData('known'), stranger: getEnvironmentData('async-trace.thread') ?? null,
      keys: Object.keys(process.env).filter((key) => /ASYNC_TRACE/.test(key) && key !== 'ASYNC_TRACE'),
      limits: workerThreads.resourceLimits, parent: parentPort.listenerCount('message'), title: process.title,
      handlers: process.eventNames().map(String),
      ports: [parentPort.hasRef?.()],
      globals: Reflect.ownKeys(globalThis).map(String).filter((key) => key !== 'Symbol(async-trace.instance)').length,
    })
  },
  throws() {
    parentPort.once('message', () => {
      class Fault extends TypeError { code = 'E_FAULT' }
      throw Object.assign(new Fault('thrown', { cause: new Error('cause') }), { extra: { a: 1 } })
    })
  },
  rejects() { Promise.reject(new RangeError('rejected')) },
  exits() { process.exit(7) },
  spins() { parentPort.postMessage('spinning'); for (;;); },
  receives() {
    const { port } = workerData
    const got = []
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) got.push(next)
    parentPort.postMessage(got)
    port.close()
  },
}

async function ask(options, message) {
  const worker = new Worker(here, options)
  const done = once(worker, 'exit')
  const answer = once(worker, 'message')
  if (message !== undefined) worker.postMessage(message)
  const [value] = await answer
  worker.postMessage('end')
  return [value, (await done)[0]]
}

const page = {
  async constructors() {
    const { port1, port2 } = new MessageChannel()
    const worker = new Worker('', { eval: true })
    class Sub extends Worker { extra = 1 }
    const sub = new Sub('', { eval: true })
    log(Worker.name, Worker.length, worker instanceof Worker, worker.constructor === Worker, Worker === workerThreads.Worker)
    log(sub instanceof Sub, sub instanceof Worker, sub.constructor === Sub, Object.getPrototypeOf(Sub) === Worker)
    log(MessageChannel.name, MessageChannel.length, MessageChannel === globalThis.MessageChannel, port1 instanceof MessagePort)
    log(new MessageChannel().constructor === MessageChannel, Object.getOwnPropertyNames(Worker), Object.keys(workerThreads).sort())
    log(Object.getOwnPropertyNames(MessagePort.prototype), Object.getOwnPropertyDescriptor(Worker, 'prototype').writable)
    log(MessagePort.prototype.postMessage.name, MessagePort.prototype.postMessage.length, receiveMessageOnPort.length)
    for (const call of [() => Worker('x'), () => new Worker(), () => new Worker('x', null), () => new Worker('relative.mjs'),
      () => new Worker('', { eval: true, execArgv: 'x' }), () => new Worker('', { eval: true, execArgv: ['--no-such-flag'] }),
      () => new Worker('', { eval: true, env: 1 }), () => new Worker('', { eval: true, execArgv: ['--title=x'] }),
      () => new Worker(new URL('http://x/')), () => MessageChannel(), () => port1.postMessage(),
      () => new Worker('', { eval: true, workerData: () => {} }), () => new Worker('', { eval: true, transferList: [port1, port1] }),
      () => receiveMessageOnPort({}), () => port1.postMessage(Symbol('s')), () => port1.postMessage(1, 2),
      () => port1.postMessage(1, [port1]), () => new Worker('', { eval: true, resourceLimits: 1, name: 5 }) ]) {
      try { log('made', typeof call()) } catch (error) { log(error.name, error.code, error.message) }
    }
    port1.close(); port2.close()
    await Promise.all([once(worker, 'exit'), once(sub, 'exit')])
  },
  async options() {
    const asked = []
    const spied = new Proxy({ eval: true, stdout: false }, { get(target, key) { asked.push(String(key)); return Reflect.get(target, key) } })
    await once(new Worker('', spied), 'exit')
    log([...new Set(asked)].sort().filter((key) => key !== 'execArgv'))
    let reads = 0
    await once(new Worker('', { eval: true, get workerData() { reads++; return 1 }, get name() { return 'n' } }), 'exit')
    log(reads)
  },
  async facts() {
    setEnvironmentData('known', { a: 1 })
    for (const options of [{}, { execArgv: [] }, { execArgv: ['--no-warnings'] }, { env: SHARE_ENV }, { argv: ['x', 1] },
      { env: { NODE_OPTIONS: '--no-deprecation' } }, { resourceLimits: { maxYoungGenerationSizeMb: 8 } }]) {
      log(await ask({ ...options, workerData: { role: 'facts', more: [1] } }))
    }
    log(getEnvironmentData('async-trace.thread') ?? null, process.execArgv.filter((flag) => !/async-trace/.test(flag) && flag !== '--import'))
  },
  async payloads() {
    const shared = new SharedArrayBuffer(4)
    const buffer = new ArrayBuffer(8)
    const self = { name: 'self' }
    self.self = self
    const values = [1, -0, NaN, 'text', '', true, null, undefined, 1n, new Date(0), /x/g, [1, , 3], { a: { b: [1] } }, self,
      new Map([[1, { a: 2 }]]), new Set([1]), new Error('e', { cause: 1 }), new Uint8Array([1, 2]), shared, new Boolean(false),
      { cmd: 'NODE_X' }, { taskId: 1 }, Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true } })]
    const { port1, port2 } = new MessageChannel()
    const got = []
    port2.on('message', (value) => got.push(value))
    for (const value of values) port1.postMessage(value)
    port1.postMessage({ buffer }, [buffer])
    await turn(); await turn()
    log(got, buffer.byteLength, got[18] !== shared)
    const worker = new Worker(here, { workerData: { role: 'echo' } })
    worker.postMessage(values)
    const [back] = await once(worker, 'message')
    log(back)
    worker.postMessage('end')
    await once(worker, 'exit')
    port1.close()
  },
  async failures() {
    const { port1, port2 } = new MessageChannel()
    const got = []
    port2.on('message', (value) => got.push(value))
    port2.on('messageerror', (error) => got.push(error.message))
    for (const value of [() => {}, { f() {} }, Symbol('s'), new WeakMap(), { get x() { throw new Error('getter') } }]) {
      try { port1.postMessage(value) } catch (error) { log(error.constructor.name, error.name, error.code, error.message) }
    }
    let reads = 0
    port1.postMessage({ get twice() { reads++; port1.postMessage('inner'); return 'outer' } })
    port1.postMessage(new Proxy({ a: 1 }, {}).a)
    try { port1.postMessage(new Proxy({}, {})) } catch (error) { log(error.name) }
    await turn(); await turn()
    log(got, reads)
    port1.close()
    await once(port2, 'close')
  },
  async listeners() {
    const { port1, port2 } = new MessageChannel()
    const order = []
    port2.onmessage = function (event) { order.push(`onmessage ${event.data} ${event.type} ${event.ports.length} ${event.target === port2} ${this === port2}`) }
    port2.addEventListener('message', { handleEvent(event) { order.push(`object ${event.data}`) } })
    port2.once('message', (value) => order.push(`once ${value}`))
    const on = (value) => order.push(`on ${value}`)
    port2.on('message', on)
    port1.postMessage(1); port1.postMessage(2)
    await turn(); await turn()
    port2.off('message', on)
    port1.postMessage(3)
    await turn(); await turn()
    port2.dispatchEvent(new MessageEvent('message', { data: 'by hand' }))
    port2.emit?.('message', 'emitted')
    log(order, port2.listenerCount('message'), port2.eventNames())
    port2.unref(); port2.ref(); port1.close()
    await once(port2, 'close')
  },
  async order() {
    const { port1, port2 } = new MessageChannel()
    const log2 = []
    port2.on('message', (value) => {
      log2.push(`message ${value}`)
      process.nextTick(() => log2.push(`tick ${value}`))
      queueMicrotask(() => log2.push(`microtask ${value}`))
      Promise.resolve().then(() => log2.push(`then ${value}`))
    })
    for (let i = 0; i < 5; i++) port1.postMessage(i)
    await turn(); await turn(); await turn()
    log(log2)
    port1.close()
  },
  async synchronous() {
    const { port1, port2 } = new MessageChannel()
    for (let i = 0; i < 3; i++) port1.postMessage({ i })
    log(receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2) ?? null)
    const channel = new MessageChannel()
    channel.port1.postMessage('a'); channel.port1.postMessage('b')
    log(await ask({ workerData: { role: 'receives', port: channel.port2 }, transferList: [channel.port2] }))
    port1.close(); channel.port1.close()
  },
  async transfer() {
    const outer = new MessageChannel()
    const inner = new MessageChannel()
    inner.port1.postMessage('before')
    outer.port1.postMessage([inner.port2, 'x'], [inner.port2])
    inner.port1.postMessage('after')
    const got = []
    outer.port2.on('message', (message) => (Array.isArray(message) ? message[0].on('message', (value) => got.push(value)) : got.push(message)))
    await turn(); await turn(); await turn()
    try { inner.port2.postMessage(1); log('posted') } catch (error) { log(error.name) }
    const set = new Set([new MessageChannel().port1])
    outer.port1.postMessage(1, set)
    outer.port1.postMessage(structuredClone({ a: 1 }), { transfer: [] })
    await turn(); await turn()
    log(got)
    outer.port1.close(); inner.port1.close()
  },
  async ends() {
    for (const name of ['throws', 'rejects', 'exits', 'spins']) {
      const worker = new Worker(here, { workerData: { role: name }, stderr: true })
      const events = []
      for (const event of ['online', 'message', 'error', 'exit', 'messageerror']) {
        worker.on(event, (value) => events.push([event, value instanceof Error ? [value.name, value.message, value.code, value.cause?.message, value.extra, value.constructor.name, value.stack.split('\n').length > 1] : value]))
      }
      const exit = new Promise((resolve) => worker.on('exit', resolve))
      if (name === 'throws') worker.postMessage(1)
      if (name === 'spins') { await once(worker, 'message'); log(await worker.terminate(), await worker.terminate()) }
      await exit
      await turn(); await turn()
      log(name, events, worker.threadId)
    }
    const idle = new Worker(here, { workerData: { role: 'echo' } })
    log(idle.listenerCount('message'), idle.listenerCount('exit'), idle.eventNames(), typeof idle.threadId)
    idle.unref()
    idle.ref()
    log(await idle.terminate())
  },
  async broadcast() {
    const [a, b] = [new BroadcastChannel('c'), new BroadcastChannel('c')]
    const got = new Promise((resolve) => { b.onmessage = (event) => resolve(event.data) })
    a.postMessage({ x: 1 })
    log(await got)
    a.close(); b.close()
  },
  async piscina() {
    const { Piscina } = await import('piscina')
    const filename = new URL('../fixtures/threads-handler.cjs', here).pathname
    for (const atomics of ['sync', 'async', 'disabled']) {
      const pool = new Piscina({ filename, minThreads: 1, maxThreads: 2, atomics })
      log(await Promise.all([1, 2, 3, 4].map((n) => pool.run({ n }))))
      const error = await pool.run({ fail: 'text' }).catch((error) => error)
      log(error.name, error.message, error.code, error.cause, error.extra, /threads-handler/.test(error.stack))
      const controller = new AbortController()
      const aborted = pool.run({ n: 1, wait: true }, { signal: controller.signal }).catch((error) => error.name)
      controller.abort()
      log(await aborted, pool.completed > 0, pool.queueSize)
      const buffer = new ArrayBuffer(16)
      log(await pool.run(Piscina.move(buffer)), buffer.byteLength)
      await pool.destroy()
    }
  },
  async comlink() {
    const Comlink = await import('comlink')
    const { default: nodeEndpoint } = await import('comlink/dist/umd/node-adapter.js')
    const { port1, port2 } = new MessageChannel()
    Comlink.expose({ add: (a, b) => a + b, map: (list, fn) => Promise.all(list.map((item) => fn(item))) }, nodeEndpoint(port1))
    const remote = Comlink.wrap(nodeEndpoint(port2))
    log(await remote.add(1, 2))
    port1.close()
  },
  async streams() {
    const code = `const { workerData } = require('node:worker_threads'); (async () => {
      for await (const chunk of workerData.readable) workerData.port.postMessage(chunk); workerData.port.close() })()`
    const { port1, port2 } = new MessageChannel()
    const readable = new ReadableStream({ start(controller) { for (let i = 0; i < 3; i++) controller.enqueue(i); controller.close() } })
    const worker = new Worker(code, { eval: true, workerData: { readable, port: port2 }, transferList: [readable, port2] })
    const got = []
    port1.on('message', (chunk) => got.push(chunk))
    await Promise.all([once(port1, 'close'), once(worker, 'exit')])
    log(got)
  },
  async stdio() {
    const worker = new Worker('process.stdin.pipe(process.stdout)', { eval: true, stdin: true, stdout: true })
    worker.stdin.end('through')
    let text = ''
    for await (const chunk of worker.stdout) text += chunk
    log(text)
  },
}

if (isMainThread) for (const [name, show] of Object.entries(page)) { log(`-- ${name}`); await show() }
else roles[role]()
