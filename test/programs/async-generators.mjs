// Async generators: each leg runs below the loop that asks for it.
import { trace } from './trace.mjs'

async function* numbers() {
  trace('a') // a0 numbers
  yield 1
  await null
  trace('b') // b0 numbers
  yield 2
}

async function* doubled() {
  for await (const n of numbers()) { // a1 doubled, b1 doubled
    trace('c') // c0 doubled
    yield n * 2
  }
}

async function main() {
  for await (const n of doubled()) { // a2 main, b2 main, c1 main
    trace('d') // d0 main
    await n
    trace('e') // e0 main
  }
}

await main() // a3 <module>, b3 <module>, c2 <module>, d1 <module>, e1 <module>
