// The workers of a cluster: their first lines, and messages both ways.
import cluster from 'node:cluster'
import { trace } from './trace.mjs'

function inPrimary() {
  const worker = cluster.fork() // a2 inPrimary [WORKER], b5 inPrimary [WORKER], c7 inPrimary [WORKER], d6 inPrimary [WORKER]
  worker.on('message', (message) => {
    if (message === 'ready') return ask(worker) // b2 <anonymous> [ASYNC], c4 <anonymous> [ASYNC], d3 <anonymous> [ASYNC]
    trace('c') // c0 <anonymous>
    worker.disconnect()
  })
}

async function ask(worker) {
  await null
  worker.send('a') // b1 ask [WORKER], c3 ask [WORKER], d2 ask [WORKER]
}

function inWorker() {
  trace('a') // a0 inWorker
  process.on('message', () => {
    trace('b') // b0 <anonymous>
    answer() // c2 <anonymous> [ASYNC]
  })
  cluster.worker.on('message', () => listens()) // d1 <anonymous>
  process.send('ready') // b3 inWorker [WORKER], c5 inWorker [WORKER], d4 inWorker [WORKER]
}

function listens() {
  trace('d') // d0 listens
}

async function answer() {
  await null
  process.send('last') // c1 answer [WORKER]
}

if (cluster.isWorker) inWorker() // a1 <module>, b4 <module>, c6 <module>, d5 <module>
else inPrimary() // a3 <module>, b6 <module>, c8 <module>, d7 <module>
