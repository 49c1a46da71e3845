// A pipeline through a generator: Node's own async functions pump it, whose source cannot be read.
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { trace } from './trace.mjs'

const write = (chunk, _encoding, callback) => {
  trace('b') // b0 write
  callback(null, chunk)
}

async function* double(source) {
  for await (const chunk of source) {
    trace('a') // a0 double
    yield `${chunk}${chunk}`
  }
}

async function copy() {
  const transform = new Transform({ transform: write })
  await pipeline(Readable.from(['a', 'b']), double, transform.resume()) // a1 copy [ASYNC], b1 copy [ASYNC]
}

// From Node's queue of ticks, which the pump runs from as well.
await new Promise((resolve) => process.nextTick(resolve))
await copy() // a2 <module>, b2 <module>
