// A loop with many awaits has the same path in every turn.
import { trace } from './trace.mjs'

async function fetchOne(i) {
  await i
  if (i % 40 === 0) trace('a') // a0 fetchOne
  await new Promise((resolve) => setImmediate(resolve))
  if (i % 40 === 0) trace('b') // b0 fetchOne
}

async function main() {
  let i = 0
  while (i < 200) {
    await fetchOne(i++) // a1 main, b1 main
    if (i % 50 === 0) trace('c') // c0 main
  }
  do void fetchLate(i) // d1 main [ASYNC]
  while (i-- > 190)
  for (const x of await list()) trace('e', x) // e0 main, f1 main
}

async function fetchLate() {
  await null
  await null
  trace('d') // d0 fetchLate
}

async function list() {
  await null
  trace('f') // f0 list
  return [1, 2]
}

await main() // a2 <module>, b2 <module>, c1 <module>, d2 <module>, e1 <module>, f2 <module>
