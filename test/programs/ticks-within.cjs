// Ticks that a listener makes while Node announces another one, and a call that Node refuses.
const { createHook } = require('node:async_hooks')
const early = process.nextTick
let toMake = null
createHook({
  init(_id, type) {
    if (type !== 'TickObject' || toMake !== 'b') return
    toMake = null
    process.nextTick(check, 'b') // b1 init [NEXTTICK]
  },
}).enable()
const { trace } = require('./trace.cjs')
createHook({
  init(_id, type) {
    if (type !== 'TickObject' || toMake !== 'd') return
    toMake = null
    process.nextTick(check, 'd') // d1 init [NEXTTICK]
  },
}).enable()

function check(label) {
  trace(label) // a0 check, b0 check, c0 check, d0 check, e0 check
}

function main() {
  toMake = 'b'
  process.nextTick(check, 'a') // a1 main [NEXTTICK], b2 main
  toMake = 'd'
  process.nextTick(check, 'c') // c1 main [NEXTTICK], d2 main
  refused()
  early(check, 'e') // e1 main [NEXTTICK]
}

function refused() {
  try {
    process.nextTick('no function')
  } catch {}
}

main() // a2 <module>, b3 <module>, c2 <module>, d3 <module>, e2 <module>
