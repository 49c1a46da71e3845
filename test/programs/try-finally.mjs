// Awaits in try, catch and finally, after rejections that travel through awaited callers.
import { trace } from './trace.mjs'

async function open() {
  await null
  trace('a') // a0 open
  throw new Error('expected')
}

async function close() {
  await new Promise((resolve) => setTimeout(resolve, 1))
  trace('b') // b0 close
}

async function use() {
  try {
    await open() // a1 use
  } finally {
    trace('c') // c0 use
    await close() // b1 use
    trace('d') // d0 use
  }
}

async function main() {
  try {
    await use() // a2 main, b2 main, c1 main, d1 main
  } catch {
    trace('e') // e0 main
  }
  await Promise.reject(new Error('expected')).catch(() => {})
  trace('f') // f0 main
}

await main() // a3 <module>, b3 <module>, c2 <module>, d2 <module>, e1 <module>, f1 <module>
