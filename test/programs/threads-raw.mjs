// Messages to a worker and back, and the worker's own first lines.
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { trace } from './trace.mjs'

function inWorker() {
  trace('a') // a0 inWorker
  setTimeout(() => trace('b'), 1) // b0 <anonymous>, b1 inWorker [TIMEOUT]
  parentPort.once('message', (message) => {
    trace('c') // c0 <anonymous>
    answer(message) // d1 <anonymous> [ASYNC], e2 <anonymous> [ASYNC]
  })
}

async function answer(message) {
  await null
  trace('d') // d0 answer
  parentPort.postMessage(message) // e1 answer [WORKER]
}

function inMain() {
  const worker = new Worker(new URL(import.meta.url)) // a2 inMain [WORKER], b3 inMain [WORKER], c3 inMain [CALLBACK], d4 inMain [CALLBACK], e5 inMain [CALLBACK]
  worker.on('message', () => {
    trace('e') // e0 <anonymous>
  })
  worker.on('online', () => {
    upload(worker) // c2 <anonymous> [ASYNC], d3 <anonymous> [ASYNC], e4 <anonymous> [ASYNC]
  })
}

async function upload(worker) {
  await null
  worker.postMessage('a') // c1 upload [WORKER], d2 upload [WORKER], e3 upload [WORKER]
}

if (isMainThread) inMain() // a3 <module>, b4 <module>, c4 <module>, d5 <module>, e6 <module>
else inWorker() // a1 <module>, b2 <module>
