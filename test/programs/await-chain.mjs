// A chain of directly awaited calls is one task, before and after any number of awaits.
import { trace } from './trace.mjs'

async function leaf() {
  trace('a') // a0 leaf
  await null
  trace('b') // b0 leaf
  await null
  await new Promise((resolve) => setTimeout(resolve, 1))
  trace('c') // c0 leaf
}

async function middle() {
  await null
  await leaf() // a1 middle, b1 middle, c1 middle
  trace('d') // d0 middle
}

async function outer() {
  await middle() // a2 outer, b2 outer, c2 outer, d1 outer
}

await outer() // a3 <module>, b3 <module>, c3 <module>, d2 <module>
