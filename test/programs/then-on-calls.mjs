// .then, .catch and .finally on the promise of a call: the call is a task, the callback another.
import { trace } from './trace.mjs'

async function read(label) {
  await null
  trace(label) // a0 read, c0 read, e0 read
  if (label === 'c') throw new Error('expected')
}

function parse() {
  trace('b') // b0 parse
}

async function main() {
  await read('a').then(parse) // a1 main [ASYNC], b1 main [THEN]
  await read('c').catch(async () => { // c1 main [ASYNC], d1 main [THEN]
    await null
    trace('d') // d0 <anonymous>
  })
  await read('e').finally(() => { // e1 main [ASYNC], f1 main [THEN]
    trace('f') // f0 <anonymous>
  })
  const shared = Promise.resolve()
  shared.then(() => trace('g')) // g0 <anonymous>, g1 main [THEN]
  shared.then(() => trace('h')) // h0 <anonymous>, h1 main [THEN]
  await shared
  trace('i') // i0 main
}

await main() // a2 <module>, b2 <module>, c2 <module>, d2 <module>, e2 <module>, f2 <module>, g2 <module>, h2 <module>, i1 <module>
