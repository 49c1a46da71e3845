// The executor of a promise runs at once; what it sets up runs later.
const { trace } = require('./trace.cjs')

function load() {
  return new Promise((resolve) => { // a1 load, b2 load
    trace('a') // a0 <anonymous>
    setTimeout(() => { // b1 <anonymous> [TIMEOUT]
      trace('b') // b0 <anonymous>
      resolve('loaded')
    }, 1)
  })
}

async function main() {
  await load() // a2 main, b3 main
  trace('c') // c0 main
  await new Promise(async (resolve) => { // d1 main [ASYNC]
    await null
    trace('d') // d0 <anonymous>
    resolve()
  })
  await new Promise((resolve) => { // e2 main
    Promise.resolve().then(() => { // e1 <anonymous> [THEN]
      trace('e') // e0 <anonymous>
      resolve()
    })
  })
  await new Promise((resolve) => process.nextTick(resolve))
  trace('f') // f0 main
}

main() // a3 <module>, b4 <module>, c1 <module> [ASYNC], d2 <module> [ASYNC], e3 <module> [ASYNC], f1 <module> [ASYNC]
