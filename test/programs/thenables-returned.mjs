// Thenables with which a promise is resolved: V8 calls their then() in a job of that promise. The path goes on where the
// promise was made. An async function that has returned stands nowhere: its frame names the line where it begins. If it
// never waited, or if a function that was resumed makes the promise, nobody recorded the place: the path says so, and
// goes on below.
import { trace } from './trace.mjs'

function ready(label) {
  return {
    then(resolve) {
      trace(label) // a0 then, b0 then, c0 then, d0 then, e0 then, g0 then, h0 then, i0 then, j0 then, k0 then, l0 then, m0 then, n0 then, o0 then, p0 then
      resolve(label)
    },
  }
}

async function give() {
  return ready('a') // a1 <not traced>
}

async function giveLate(label) { // g1 giveLate [MICROTASK], h1 giveLate [MICROTASK], i1 giveLate [MICROTASK], m1 giveLate [MICROTASK]
  await null
  return ready(label)
}

const arrow = async () => { // j1 arrow [MICROTASK]
  await new Promise((resolve) => setTimeout(resolve, 1))
  for (let i = 0; i < 2; i++) await null
  return ready('j')
}

async function passOn(label) {
  return giveLate(label) // h2 passOn [ASYNC]
}

/** What it makes by hand must not be taken for its own promise. */
async function both() {
  let resolve
  const byHand = new Promise((r) => {
    resolve = r
  })
  await new Promise((r) => setImmediate(r))
  resolve(ready('k')) // k1 <not traced>
  await byHand
  return ready('l') // l1 <not traced>
}

async function start() {
  await new Promise((resolve) => resolve(ready('c'))) // c1 start [MICROTASK]
}

async function callsGive() {
  await give() // a2 callsGive
}

class Repository {
  async find() { // n1 Repository.find [MICROTASK]
    await null
    return ready('n')
  }
}

async function main() {
  await callsGive() // a3 main
  await start() // c2 main
  await Promise.resolve(ready('b')) // b1 <not traced>
  await Promise.resolve().then(() => ready('d')) // d1 main [THEN]
  await Promise.all([ready('e')]) // e1 main [MICROTASK]
  await giveLate('g') // g2 main
  await passOn('h') // h3 main
  void giveLate('i') // i2 main [ASYNC]
  await arrow() // j2 main
  await both() // l2 main
  await Promise.all([giveLate('m')]) // m2 main [ASYNC]
  await new Repository().find() // n2 main
  await new Promise((resolve) => resolve(ready('o'))) // o1 <not traced>
  await new Promise((resolve) => setTimeout(() => resolve(ready('p')), 1)) // p1 <not traced>
  trace('f') // f0 main
}

await main() // a4 <module>, b2 <module>, c3 <module>, d2 <module>, e2 <module>, g3 <module>, h4 <module>, i3 <module>, j3 <module>, l3 <module>, m3 <module>, n3 <module>, o2 <module>, p2 <module>, f1 <module>
