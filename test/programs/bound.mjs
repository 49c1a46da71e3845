// Callbacks that were bound to the code which submits them, and are called by a queue that has nothing to do with it.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { trace } from './trace.mjs'

const queue = []

function submit(job) {
  queue.push(AsyncResource.bind(job)) // a1 submit [CALLBACK], b1 submit [CALLBACK], c2 submit [CALLBACK], d2 submit [CALLBACK]
}

function handler() {
  submit(function job() { // a2 handler
    trace('a') // a0 job
  })
  submit(async function slow() { // b2 handler
    await null
    trace('b') // b0 slow
  })
  submit(function timer() { // c3 handler
    setTimeout(() => trace('c'), 1) // c0 <anonymous>, c1 timer [TIMEOUT]
  })
  submit(function floating() { // d3 handler
    work('d') // d1 floating [ASYNC]
  })
}

async function work(label) {
  await null
  trace(label) // d0 work, e0 work, f0 work, h0 work
}

function drain() {
  while (queue.length > 0) queue.shift()()
}

async function main() {
  handler() // a3 main, b3 main, c4 main, d4 main
  await null
  drain()
  await work('e') // e1 main
  const runIn = AsyncLocalStorage.snapshot() // f2 main [CALLBACK]
  await null
  runIn(() => work('f')) // f1 <anonymous> [ASYNC]
  await runIn(async () => { await null })
  trace('g') // g0 main
  const result = AsyncResource.bind(async () => work('h')) // h1 <anonymous> [ASYNC], h2 main [CALLBACK]
  await result()
  trace('i') // i0 main
}

await main() // a4 <module>, b4 <module>, c5 <module>, d5 <module>, e2 <module>, f3 <module>, g1 <module>, h3 <module>, i1 <module>
