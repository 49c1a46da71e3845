// What the generated programs call, and how they are run one after the other in one process. Loaded by the files
// that programs.mjs writes. Knows nothing of the tracer: it is there by --import, or it is not.
import { AsyncLocalStorage, AsyncResource, createHook } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { PassThrough, Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { inspect, promisify } from 'node:util'
import { promiseHooks } from 'node:v8'
import { endThreads, ended, inWorker, startSource, threads } from './runtime-threads.mjs'

class Sub extends Promise {}
class Err extends Error {}

const als = new AsyncLocalStorage()
let lines = []
const note = (text) => lines.push(text)
/** What a program that never ends would leave behind. */
let cleanUp = []

function textOf(value) {
  if (value instanceof Error) return `${value.name}: ${value.message} ${value.errors?.map(textOf) ?? ''}`
  return masked(inspect(value, { depth: 3 }))
}

/**
 * What differs and is said to differ (docs/harmless.md): what async_hooks puts on promises, and the tracer's own lines
 * in the stack of an error made below a wrapped function, which cost it a line at its end.
 */
function masked(text) {
  const lines = text.replaceAll(OF_ASYNC_HOOKS, '').split('\n')
  let inStack = 0
  const kept = lines.filter((line) => {
    if (!/^ *at /.test(line)) inStack = 0
    else if (/\/dist\/(?:bundled|threads)\//.test(line) || OF_THE_LOOP.test(line)) return false
    else inStack++
    return inStack < 9
  })
  return kept.join(' ').replaceAll(/[\s,]+/g, ' ')
}

const OF_ASYNC_HOOKS = /\[?Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]?: (?:'[^']*'|[^,\s}]+),?/g
/** Whether a timer was due already is for the clock to say; Node calls back through a trampoline where anybody uses async_hooks. */
const OF_THE_LOOP = / (?:runNextTicks|listOnTimeout|process\.processTimers|process\.processTicksAndRejections|\S+\.callbackTrampoline) /

const keysOf = (promise) => Reflect.ownKeys(promise).filter((key) => !/async_id_symbol|kResourceStore/.test(String(key)))

const log = (id, value) => {
  note(`${id} [${als.getStore()}] ${value === undefined ? '' : textOf(value)}`)
  return value
}

function deferred(run) {
  const made = {}
  const promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  run(made)
  return promise
}

function iterable(members) {
  return {
    [Symbol.iterator]() {
      let at = 0
      note('iterates')
      return {
        next: () => ({ done: at === members.length, value: members[at++] }),
        return: () => {
          note('closed')
          return {}
        },
      }
    },
  }
}

function broken(members) {
  for (const member of members) if (member instanceof Promise) member.catch(() => {})
  return {
    *[Symbol.iterator]() {
      yield* members.slice(1)
      throw new Err('broken')
    },
  }
}

async function streamOf(values, see) {
  const source = Readable.from(values.filter((value) => value != null))
  for await (const value of source) see(value)
}

function pipe(values, see, kind) {
  const through = new Transform({
    objectMode: true,
    transform(value, _encoding, done) {
      if (kind === 1) process.nextTick(done, null, value)
      else if (kind === 2 && value === 2) done(new Err('transform'))
      else done(null, value)
    },
  })
  const sink = new Writable({
    objectMode: true,
    write(value, _encoding, done) {
      see(value)
      if (kind === 3) queueMicrotask(done)
      else done()
    },
  })
  return pipeline(Readable.from(values), through, new PassThrough({ objectMode: true }), sink)
}

async function web(values, see) {
  const stream = new ReadableStream({
    start(controller) {
      for (const value of values) controller.enqueue(value)
      controller.close()
    },
  })
  for await (const value of stream.pipeThrough(new TransformStream())) see(value)
}

function aborted(run) {
  const controller = new AbortController()
  const signal = AbortSignal.any([controller.signal])
  const wait = new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason?.name)))
  run(controller)
  return wait
}

/** A program that has replaced `then`: which calls go through it must not change. */
async function patchedThen(run, tell) {
  let calls = 0
  const { then } = Promise.prototype
  cleanUp.push(() => {
    Promise.prototype.then = then
  })
  Promise.prototype.then = function (...args) {
    calls++
    return then.apply(this, args)
  }
  try {
    await run()
  } finally {
    Promise.prototype.then = then
    tell(calls)
  }
}

/**
 * A program that listens to promises and resources itself. Only to promises that were made since: of a reaction that
 * runs already, V8 announces the end to a new listener where another listened before (docs/harmless.md).
 */
async function hooked(run, tell) {
  const seen = []
  const made = new WeakSet()
  const see = (letter) => (promise) => made.has(promise) && seen.push(letter)
  const init = (promise) => {
    made.add(promise)
    seen.push('i')
  }
  const stop = promiseHooks.createHook({ init, settled: see('s'), before: see('b'), after: see('a') })
  const hook = createHook({ init: (_id, type) => type !== 'Timeout' && seen.push(type) }).enable()
  cleanUp.push(stop, () => hook.disable())
  try {
    await run()
  } finally {
    hook.disable()
    stop()
    tell(seen.join(''))
  }
}

function overflow() {
  return overflow() + 1
}

const stack = (error) => masked(String(error.stack))

const runtime = {
  n: 0,
  Sub,
  Err,
  Emitter: EventEmitter,
  Resource: AsyncResource,
  Als: AsyncLocalStorage,
  als,
  deferred,
  iterable,
  broken,
  streamOf,
  pipe,
  web,
  aborted,
  patchedThen,
  hooked,
  overflow,
  stack,
  sleep,
  turn,
  ...threads,
  ended,
  inWorker,
  sleepOf: promisify(setTimeout),
  turnOf: promisify(setImmediate),
  inspect: textOf,
  keysOf,
  once: (emitter, event, run) => {
    const seen = once(emitter, event)
    run(emitter)
    return seen
  },
}
const shared = []
let source = 'setImmediate'
const SOURCES = { setTimeout: (call) => setTimeout(call, 1), setImmediate, '$.post': threads.post, '$.job': threads.job }
const later = (call) => SOURCES[source](call)
runtime.shared = (i) =>
  (shared[i] ??= deferred((made) => {
    runtime.n++
    later(() => {
      runtime.n--
      made.resolve(i)
    })
  }))

/**
 * It has ended, or hangs on what never settles, when nothing that the event loop would call back is left. Only the
 * region's own source of callbacks is used to wait for that: its order does not depend on the clock.
 */
runtime.region = async (kind, run) => {
  source = kind
  shared.length = 0
  await startSource(kind)
  als.run('region', run).then(
    () => note('ended'),
    (error) => note(`ended by ${textOf(error)}`),
  )
  let seen
  do {
    seen = lines.length
    for (let i = 0; i < (kind === 'setTimeout' ? 3 : 8); i++) await deferred((made) => later(made.resolve))
  } while (runtime.n > 0 || lines.length > seen)
}

process.on('unhandledRejection', (reason, promise) => note(`unhandled ${textOf(reason)} ${promise instanceof Promise}`))
process.on('rejectionHandled', () => note('handled later'))
process.on('uncaughtException', (error, origin) => note(`uncaught ${textOf(error)} ${origin}`))
process.on('warning', (warning) => note(`warning ${warning.name}`))

/** @returns the log of a program. */
export async function runProgram(program) {
  lines = []
  runtime.n = 0
  await als.run('none', () => program(runtime, log))
  for (const step of cleanUp.reverse()) step()
  cleanUp = []
  return lines
}

/** Runs the programs, and prints the log of each as a line of JSON. */
export async function runPrograms(programs) {
  for (const [index, program] of programs) {
    process.stdout.write(`${JSON.stringify([index, await runProgram(program)])}\n`)
  }
  await endThreads()
}
