// Members of Promise.all, allSettled, race and any are tasks, each from the line of its own call.
import { trace } from './trace.mjs'

async function part(label) {
  await null
  await null
  trace(label) // a0 part, b0 part, d0 part, e0 part, f0 part, g0 part, h0 part, i0 part
}

function* parts(label) {
  yield 1
  yield part(label) // h1 parts [ASYNC], i1 parts [ASYNC]
}

async function main() {
  await Promise.all([
    part('a'), // a1 main [ASYNC]
    7,
    part('b'), // b1 main [ASYNC]
  ])
  trace('c') // c0 main
  await Promise.all(['d', 'd'].map(part)) // d1 main [ASYNC]
  await Promise.allSettled(['e', 'e'].map((label) => part(label))) // e1 <anonymous> [ASYNC], e2 main
  await Promise.any(
    ['f', 'f'].map(async (label) => { // f2 main [ASYNC]
      await part(label) // f1 <anonymous>
      throw new Error('expected')
    }).concat(1),
  )
  await Promise.race([part('g'), new Promise(() => {})]) // g1 main [ASYNC]
  await Promise.all([...parts('h')]) // h2 main
  await Promise.all(parts('i')) // i2 main
  trace('j') // j0 main
  await Promise.all([]).then(() => trace('k')) // k0 <anonymous>, k1 main [THEN]
}

await main() // a2 <module>, b2 <module>, c1 <module>, d2 <module>, e3 <module>, f3 <module>, g2 <module>, h3 <module>, i3 <module>, j1 <module>, k2 <module>
