// Helpers between caller and callee: an awaited attempt, a measured one, a wrapped one.
import { trace } from './trace.mjs'

async function retry(times, attempt) {
  for (let i = 0; ; i++) {
    try {
      return await attempt(i) // a2 retry
    } catch (error) {
      if (i === times) throw error
    }
  }
}

async function flaky(i) {
  await null
  trace('a') // a0 flaky
  if (i < 2) throw new Error('expected')
}

async function measured(task) {
  const start = performance.now()
  try {
    return await task() // b1 measured
  } finally {
    trace('c', performance.now() - start) // c0 measured
  }
}

const logged = (task) => async (...args) => task(...args) // d1 <anonymous> [ASYNC]

async function work(label) {
  await null
  trace(label) // d0 work
}

async function main() {
  await retry(3, (i) => flaky(i)) // a1 <anonymous>:25, a3 main:9
  await measured(async () => { // b2 main, c1 main
    await null
    trace('b') // b0 <anonymous>
  })
  await logged(work)('d') // d2 main
}

await main() // a4 <module>, b3 <module>, c2 <module>, d3 <module>
