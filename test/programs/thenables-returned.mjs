// Thenables that a .then callback returns, and those whose then() V8 calls for a promise of which no event
// tells where the thenable came in: their path ends there, and says so.
import { trace } from './trace.mjs'

function ready(label) {
  return {
    then(resolve) {
      trace(label) // a0 Object.then, b0 Object.then, c0 Object.then, d0 Object.then, e0 Object.then, g0 Object.then
      resolve(label)
    },
  }
}

async function give() {
  return ready('a') // a1 <not traced>
}

async function giveLate() {
  await null
  return ready('g') // g1 <not traced>
}

async function main() {
  await give()
  await Promise.resolve(ready('b')) // b1 <not traced>
  await new Promise((resolve) => resolve(ready('c'))) // c1 <not traced>
  await Promise.resolve().then(() => ready('d')) // d1 main [THEN]
  await Promise.all([ready('e')]) // e1 main [MICROTASK]
  await giveLate()
  trace('f') // f0 main
}

await main() // d2 <module>, e2 <module>, f1 <module>
