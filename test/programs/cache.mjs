// A cache of promises: the first reader makes the call, the others only wait for it.
import { trace } from './trace.mjs'

const cache = new Map()

async function load() {
  await null
  trace('a') // a0 load
  await new Promise(setImmediate)
  trace('b') // b0 load
}

function cached(key) {
  if (!cache.has(key)) cache.set(key, load()) // a1 cached, b1 cached
  return cache.get(key)
}

async function reader(label) {
  await cached('k') // a2 reader, b2 reader
  trace(label) // c0 reader, d0 reader, e0 reader
}

await Promise.all([
  reader('c'), // a3 <module> [ASYNC], b3 <module> [ASYNC], c1 <module> [ASYNC]
  reader('d'), // d1 <module> [ASYNC]
])
await reader('e') // e1 <module>
