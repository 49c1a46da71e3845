// Streams: an async consumer, a pipeline, events.
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { trace } from './trace.mjs'

async function collect(source) {
  for await (const chunk of source) {
    trace('a', chunk) // a0 collect
  }
}

async function sum(source) {
  let total = 0
  for await (const n of source) total += n
  trace('b') // b0 sum
  return total
}

async function main() {
  await collect(Readable.from(['x', 'y', 'z'])) // a1 main
  await pipeline(Readable.from([1, 2, 3]), sum) // b1 main [ASYNC]
  trace('c') // c0 main
  const words = Readable.from(['one', 'two'])
  words.on('data', () => { // d1 main [CALLBACK]
    trace('d') // d0 <anonymous>
  })
  await finished(words)
  trace('e') // e0 main
}

await main() // a2 <module>, b2 <module>, c1 <module>, d2 <module>, e1 <module>
