// The program's own Error.prepareStackTrace is neither called by tracing nor in its way.
import assert from 'node:assert'
import { trace } from './trace.mjs'

async function leaf(label) {
  await null
  trace(label) // a0 leaf, b0 leaf
}

let calls = 0
Error.prepareStackTrace = () => {
  calls++
  return 'mine'
}
await leaf('a') // a1 <module>
assert.equal(calls, 0)
assert.equal(new Error('x').stack, 'mine')

Error.prepareStackTrace = () => {
  throw new Error('expected')
}
setTimeout(async () => { // b2 <module> [TIMEOUT], c2 <module> [TIMEOUT]
  await leaf('b') // b1 <anonymous>
  // V8 calls no prepareStackTrace while one runs: not even ours, for what was captured before.
  Error.prepareStackTrace = () => {
    trace('c') // c0 Error.prepareStackTrace
    return 'mine'
  }
  await null
  void new Error('x').stack // c1 <anonymous>
  Error.prepareStackTrace = undefined
}, 1)
