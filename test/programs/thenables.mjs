// The engine calls a thenable's then() from a job of its own.
import { trace } from './trace.mjs'

class Query {
  then(resolve) {
    trace('a') // a0 Query.then
    setTimeout(() => { // b1 Query.then [TIMEOUT]
      trace('b') // b0 <anonymous>
      resolve(1)
    }, 1)
  }
}

class Slow {
  async then(resolve) {
    await null
    trace('c') // c0 Slow.then
    resolve()
  }
}

async function main() {
  await new Query() // a1 main [MICROTASK], b2 main [MICROTASK]
  trace('d') // d0 main
  await new Slow() // c1 main [MICROTASK]
  trace('e') // e0 main
}

await main() // a2 <module>, b3 <module>, c2 <module>, d1 <module>, e1 <module>
