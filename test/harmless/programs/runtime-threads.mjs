// What the generated programs do with threads: a worker that answers, a pool of one thread, workers that run a program
// of their own, and workers that end in every way. One thread answers in the order in which it was asked.
import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'

let echo = null
let pool = null
const waiting = []
let jobs = 0
let lastJob = Promise.resolve()

/** Before the first program that needs it. */
export async function startSource(kind) {
  if (kind === '$.post' && echo === null) {
    const source = `const { parentPort } = require('node:worker_threads')
      parentPort.on('message', (value) => parentPort.postMessage(value))`
    echo = new Worker(source, { eval: true })
    echo.on('message', (value) => waiting.shift()(value))
    await once(echo, 'online')
  }
  if (kind === '$.job' && pool === null) {
    const { Piscina } = await import('piscina')
    pool = new Piscina({ filename: new URL('runtime-job.mjs', import.meta.url).href, minThreads: 1, maxThreads: 1 })
    await pool.run({ value: 0 })
  }
}

export async function endThreads() {
  await echo?.terminate()
  await pool?.destroy()
}

function post(call) {
  waiting.push(() => call())
  echo.postMessage('call')
}

/** One job at a time: Piscina takes the results of several in one turn or in two, as they happen to come. */
function run(options) {
  const result = lastJob.then(() => pool.run(options))
  lastJob = result.then(
    () => {},
    () => {},
  )
  return result
}

export const threads = {
  post,
  reply: (value) =>
    new Promise((resolve) => {
      waiting.push(resolve)
      echo.postMessage(value)
    }),
  replyOf: (value) => threads.reply({ value }).then((answer) => answer.value),
  job: (call) => {
    run({ value: ++jobs }).then(() => call())
  },
  done: (value) => run({ value }),
  failed: (message) => run({ message }),
}

/** The log of a program that a worker runs. */
export async function inWorker(source) {
  const worker = new Worker(new URL('runtime-worker.mjs', import.meta.url), { workerData: source })
  const log = []
  worker.on('message', (lines) => log.push(...lines))
  worker.on('error', (error) => log.push(`error ${error.message}`))
  const code = await new Promise((resolve) => worker.on('exit', resolve))
  return [...log, `exit ${code}`]
}

const ENDS = [
  'parentPort.postMessage(1)',
  'parentPort.postMessage(1); process.exit(3)',
  'throw new RangeError("in the worker")',
  'Promise.reject(new TypeError("rejected"))',
  'parentPort.on("message", (value) => { parentPort.postMessage(value); parentPort.close() })',
  'parentPort.postMessage("ready"); for (;;);',
  'parentPort.postMessage("ready"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  'parentPort.postMessage("ready"); (async () => { for (;;) await new Promise((resolve) => setTimeout(resolve, 1)) })()',
  'workerData.port.on("message", (value) => { workerData.port.postMessage([value, workerData.port === value]); workerData.port.close() })',
]

/** Starts a worker that ends in one of the ways, and @returns what was heard of it. */
export async function ended(way) {
  const { port1, port2 } = new MessageChannel()
  const source = `const { parentPort, workerData } = require('node:worker_threads'); ${ENDS[way]}`
  const worker = new Worker(source, { eval: true, workerData: { port: port2 }, transferList: [port2], name: 'ends' })
  const log = []
  worker.on('message', async (value) => {
    log.push(`message ${value}`)
    await null
    if (value === 'ready') log.push(`terminated ${typeof (await worker.terminate())}`)
  })
  worker.on('error', (error) => log.push(`error ${error.name} ${error.message}`))
  port1.on('message', (value) => log.push(`port ${value}`))
  const closed = once(port1, 'close')
  worker.postMessage('hello')
  port1.postMessage('by port')
  const code = await new Promise((resolve) => worker.on('exit', resolve))
  await closed
  return [...log, `exit ${code}`].sort().join()
}
