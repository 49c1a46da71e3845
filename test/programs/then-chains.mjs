// Chains of .then: callbacks inside callbacks, async callbacks, calls that a callback returns.
import { trace } from './trace.mjs'

async function step(label) {
  await null
  trace(label) // b0 step, c0 step
}

function main() {
  return Promise.resolve(1)
    .then(() => { // a2 main [THEN]
      return Promise.resolve(2).then(() => { // a1 <anonymous> [THEN]
        trace('a') // a0 <anonymous>
      })
    })
    .then(() => step('b')) // b1 <anonymous> [ASYNC], b2 main [THEN]
    .then(async () => { // c2 main [THEN], d1 main [THEN]
      await step('c') // c1 <anonymous>
      trace('d') // d0 <anonymous>
    })
    .then(() => {
      throw new Error('expected')
    })
    .then(() => {}, function failed() { // e1 main [THEN]
      trace('e') // e0 failed
    })
    .finally(async () => { // f1 main [THEN]
      await null
      await null
      trace('f') // f0 <anonymous>
    })
}

await main() // a3 <module>, b3 <module>, c3 <module>, d2 <module>, e2 <module>, f2 <module>
