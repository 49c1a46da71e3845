// Ticks and microtasks, from each other and from async functions.
const { trace } = require('./trace.cjs')

function main() {
  process.nextTick(() => { // a1 main [NEXTTICK], b2 main [NEXTTICK]
    trace('a') // a0 <anonymous>
    queueMicrotask(() => trace('b')) // b0 <anonymous>, b1 <anonymous> [MICROTASK]
  })
  queueMicrotask(async () => { // c1 main [MICROTASK], d2 main [MICROTASK]
    await null
    trace('c') // c0 <anonymous>
    process.nextTick(check, 'd') // d1 <anonymous> [NEXTTICK]
  })
}

function check(label) {
  trace(label) // d0 check
}

async function later() {
  await null
  queueMicrotask(() => { // e1 later [MICROTASK], f2 later [MICROTASK]
    trace('e') // e0 <anonymous>
    Promise.resolve().then(() => trace('f')) // f0 <anonymous>, f1 <anonymous> [THEN]
  })
}

main() // a2 <module>, b3 <module>, c2 <module>, d3 <module>
later() // e2 <module> [ASYNC], f3 <module> [ASYNC]
