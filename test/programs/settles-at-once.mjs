// Async functions that never await, or throw at once, and what follows them.
import { trace } from './trace.mjs'

async function quick(label) {
  trace(label) // a0 quick, c0 quick, e0 quick
  return label
}

async function fails() {
  throw new Error('expected')
}

async function slow(label) {
  await null
  trace(label) // g0 slow
}

async function main() {
  await quick('a') // a1 main
  trace('b') // b0 main
  void quick('c') // c1 main
  await null
  trace('d') // d0 main
  await Promise.all([quick('e')]) // e1 main
  try {
    await fails()
  } catch {
    trace('f') // f0 main
    await slow('g') // g1 main
  } finally {
    await quick.name
    trace('h') // h0 main
  }
}

await main() // a2 <module>, b1 <module>, c2 <module>, d1 <module>, e2 <module>, f1 <module>, g2 <module>, h1 <module>
