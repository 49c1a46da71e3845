// Async generators that are driven by hand, delegate, or are left early.
import { trace } from './trace.mjs'

async function* steps() {
  await null
  trace('a') // a0 steps
  yield 1
  await null
  await null
  trace('b') // b0 steps
  yield 2
  await null
  trace('c') // c0 steps
}

async function* inner() {
  await null
  trace('d') // d0 inner
  yield 1
  trace('e') // e0 inner
  await null
  trace('f') // f0 inner
}

async function* outer() {
  yield* inner() // d1 outer, e1 outer, f1 outer
}

async function* guarded() {
  try {
    yield 1
  } finally {
    await null
    trace('g') // g0 guarded
  }
}

async function main() {
  const walk = steps()
  await walk.next() // a1 main
  await walk.next() // b1 main
  const rest = walk.next() // c1 main [ASYNC]
  await new Promise(setImmediate)
  await rest
  for await (const _ of outer()) await null // d2 main, e2 main, f2 main
  for await (const _ of guarded()) break // g1 main
}

await main() // a2 <module>, b2 <module>, c2 <module>, d3 <module>, e3 <module>, f3 <module>, g2 <module>
