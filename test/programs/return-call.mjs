// `return f()` without await: the callee is a task, and the caller's own frames stay.
import { trace } from './trace.mjs'

async function leaf(label) {
  await null
  trace(label) // a0 leaf, b0 leaf, c0 leaf, d0 leaf, e0 leaf
}

async function passes(label) {
  return leaf(label) // a1 passes [ASYNC], b1 passes [ASYNC]
}

async function passesLate(label) {
  await null
  return leaf(label) // c1 passesLate [ASYNC]
}

function plain(label) {
  return leaf(label) // d1 plain
}

async function awaits(label) {
  return await leaf(label) // e1 awaits
}

async function main() {
  await passes('a') // a2 main
  void passes('b') // b2 main
  await passesLate('c') // c2 main
  await plain('d') // d2 main
  await awaits('e') // e2 main
  trace('f') // f0 main
}

await main() // a3 <module>, b3 <module>, c3 <module>, d3 <module>, e3 <module>, f1 <module>
