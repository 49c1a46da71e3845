// The program's own Error.stackTraceLimit does not shorten paths, and stays as it was.
const assert = require('node:assert')
const { trace } = require('./trace.cjs')

async function deep(n, label) {
  if (n > 0) return void (await deep(n - 1, label)) // a1 deep ×15, b1 deep ×15, c1 deep ×15
  await null
  trace(label) // a0 deep, b0 deep, c0 deep
}

async function main() {
  Error.stackTraceLimit = 0
  await deep(15, 'a') // a2 main
  assert.equal(new Error().stack, 'Error')
  Error.stackTraceLimit = 1
  await deep(15, 'b') // b2 main
  assert.equal(Error.stackTraceLimit, 1)
  Error.stackTraceLimit = Infinity
  await deep(15, 'c') // c2 main
  delete Error.stackTraceLimit
  setTimeout(() => trace('d'), 1) // d0 <anonymous>, d1 main [TIMEOUT]
  assert.equal('stackTraceLimit' in Error, false)
}

main() // a3 <module> [ASYNC], b3 <module> [ASYNC], c3 <module> [ASYNC], d2 <module> [ASYNC]
