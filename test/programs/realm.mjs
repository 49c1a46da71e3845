// Promises of another realm: awaited, made by its constructor, and their .then.
import vm from 'node:vm'
import { trace } from './trace.mjs'

const { Promise: Other } = vm.runInNewContext('({ Promise })')

async function child() {
  await Other.resolve(1)
  trace('a') // a0 child
}

async function main() {
  await child() // a1 main
  const made = new Other((resolve) => { // b1 main
    trace('b') // b0 <anonymous>
    setImmediate(resolve)
  })
  await made
  trace('c') // c0 main
  await made.then(() => trace('d')) // d0 <anonymous>, d1 main [THEN]
  await Other.all([child2()]) // e1 main [ASYNC]
  trace('f') // f0 main
}

async function child2() {
  await null
  await Other.resolve(1)
  trace('e') // e0 child2
}

await main() // a2 <module>, b2 <module>, c1 <module>, d2 <module>, e2 <module>, f1 <module>
