// source-map-support replaces Error.prepareStackTrace.
require('source-map-support').install()
const assert = require('node:assert')
const { trace } = require('./trace.cjs')

class Job {
  async run() {
    await null
    trace('a') // a0 Job.run
    await Promise.resolve().then(() => trace('b')) // b0 <anonymous>, b1 Job.run [THEN]
  }
}

async function main() {
  const installed = Error.prepareStackTrace
  await new Job().run() // a1 main, b2 main
  assert.equal(Error.prepareStackTrace, installed)
  assert.match(new Error('x').stack, /at main/)
}

main() // a2 <module> [ASYNC], b3 <module> [ASYNC]
