// A promise that is stored and awaited later, after something else, is of a task; awaited at once it is not.
import { trace } from './trace.mjs'

async function job(label) {
  await null
  await null
  trace(label) // a0 job, b0 job, c0 job, d0 job, e0 job, f0 job, g0 job
}

async function pause() {
  await new Promise((resolve) => setImmediate(resolve))
}

async function main() {
  const first = job('a') // a1 main [ASYNC]
  await pause()
  await first
  const second = job('b') // b1 main
  await second
  const pair = [job('c'), job('d')] // c1 main:17 [ASYNC], d1 main:27 [ASYNC]
  await pause()
  for (const one of pair) await one
  const all = new Set()
  for (let i = 0; i < 3; i++) all.add(job('e')) // e1 main [ASYNC]
  await Promise.allSettled(all)
  await job('f').catch(() => {}) // f1 main [ASYNC]
  const last = job('g') // g1 main [ASYNC]
  await pause()
  return last
}

await main() // a2 <module>, b2 <module>, c2 <module>, d2 <module>, e2 <module>, f2 <module>, g2 <module>
