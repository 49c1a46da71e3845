// A library has taken the timers before tracing was there; the path is the same.
const later = setTimeout
const { setImmediate: soon } = require('node:timers')
const { nextTick } = process
const { trace } = require('./trace.cjs')

function main() {
  later(() => trace('a'), 1) // a0 <anonymous>, a1 main [TIMEOUT]
  soon(() => trace('b')) // b0 <anonymous>, b1 main [IMMEDIATE]
  nextTick(() => trace('c')) // c0 <anonymous>, c1 main [NEXTTICK]
}

main() // a2 <module>, b2 <module>, c2 <module>
