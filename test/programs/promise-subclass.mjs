// Subclasses of Promise, with a constructor and a then() of their own.
import { trace } from './trace.mjs'

class Tracked extends Promise {
  constructor(executor) {
    super(executor) // a1 new Tracked
  }
}

class Loud extends Promise {
  then(done, failed) {
    if (Loud.tracing) trace('c') // c0 Loud.then
    return super.then(done, failed) // d1 Loud.then [THEN]
  }
}

async function main() {
  const tracked = new Tracked((resolve) => { // a2 main
    trace('a') // a0 <anonymous>
    resolve()
  })
  await tracked.then(() => trace('b')) // b0 <anonymous>, b1 main [THEN]
  const loud = Loud.resolve(1)
  loud.then(() => trace('d')) // d0 <anonymous>, d2 main
  Loud.tracing = true
  await loud // c1 main [MICROTASK]
  trace('e') // e0 main
}

await main() // a3 <module>, b2 <module>, c2 <module>, d3 <module>, e1 <module>
