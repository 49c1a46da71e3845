/** One configuration in one process: takes `{ workload, turns }` by message, answers `{ ns }`. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const IN_FLIGHT = 32
const PAYLOADS = { small: { a: 1 }, '1 KB': 'x'.repeat(1024), '100 KB': 'x'.repeat(102_400) }

const configuration = process.argv[2]
if (configuration === 'async-trace') {
  const { tracingStatus } = await import('async-trace')
  if (!tracingStatus().enabled) throw new Error('async-trace is off; unset ASYNC_TRACE.')
}
const { Worker, MessagePort } = await import('node:worker_threads')
const { Piscina } = await import('piscina')

const worker = new Worker(new URL('./threads-worker.mjs', import.meta.url), {
  workerData: { isTransport: configuration === 'transport' },
})
if (configuration === 'transport') {
  const { watchPort } = await import('./threads-transport.mjs')
  const key = Object.getOwnPropertySymbols(worker).find((symbol) => symbol.description === 'kPublicPort')
  if (!(worker[key] instanceof MessagePort)) throw new Error('The port of a worker is not where it was.')
  const ready = once(worker, 'message')
  const { SharedMemory } = await import('../dist/threads/shared-memory.js')
  const { buffer } = new SharedMemory()
  worker.postMessage({ buffer })
  await ready
  watchPort(worker[key], buffer)
}
const pool = new Piscina({ filename: fileURLToPath(new URL('./threads-job.cjs', import.meta.url)), maxThreads: 1 })
await pool.run(0)

/** A turn is a message there and back. */
function messages(payload, turns) {
  return new Promise((resolve) => {
    let sent = 0
    let received = 0
    const send = () => {
      sent++
      worker.postMessage(payload)
    }
    worker.removeAllListeners('message')
    worker.on('message', () => {
      if (++received === turns) resolve()
      else if (sent < turns) send()
    })
    while (sent < Math.min(IN_FLIGHT, turns)) send()
  })
}

/** A turn is a job that does nothing. */
async function jobs(payload, turns) {
  let left = turns
  const next = async () => {
    while (left-- > 0) await pool.run(payload)
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, turns) }, next))
}

/** A turn is a worker from `new Worker` to its first message. */
async function starts(_payload, turns) {
  for (let i = 0; i < turns; i++) {
    const started = new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true })
    await once(started, 'message')
    await started.terminate()
  }
}

const KINDS = { messages, jobs, starts }

process.on('message', async ({ kind, payload, turns }) => {
  const startedNs = process.hrtime.bigint()
  await KINDS[kind](PAYLOADS[payload], turns)
  process.send({ ns: Number(process.hrtime.bigint() - startedNs) })
})
process.send('ready')
