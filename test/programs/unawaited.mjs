// Un-awaited calls: each is a task of its own, and the path names the very call.
import { trace } from './trace.mjs'

async function job(label) {
  await null
  trace(label) // a0 job, b0 job, c0 job, d0 job
}

async function start() {
  void job('a'), job('b') // a1 start:8 [ASYNC], b1 start:18 [ASYNC]
  for (let i = 0; i < 3; i++) {
    void job('c') // c1 start [ASYNC]
  }
  const stored = job('d') // d1 start [ASYNC]
  await new Promise((resolve) => setImmediate(resolve))
  await stored
}

await start() // a2 <module>, b2 <module>, c2 <module>, d2 <module>
