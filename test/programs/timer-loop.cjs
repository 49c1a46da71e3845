// A timer that sets itself again prints its group once, however often it ran.
const { trace } = require('./trace.cjs')

function tick(n) {
  if (n === 300) trace('a') // a0 tick
  else setTimeout(() => tick(n + 1), 0) // a1 <anonymous> ×300, a2 tick [TIMEOUT] ×300
}

function poll(n) {
  if (n === 0) trace('b') // b0 poll
  else setImmediate(poll, n - 1) // b1 poll [IMMEDIATE] ×200
}

tick(0) // a3 <module>
poll(200) // b2 <module>
