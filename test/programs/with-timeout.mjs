// A race against a timer: the raced call is a task of the frame that made it.
import { setTimeout as sleep } from 'node:timers/promises'
import { trace } from './trace.mjs'

function withTimeout(promise, ms) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), ms)
  })
  return Promise.race([promise, late]).finally(() => {  // b1 withTimeout [THEN]
    clearTimeout(timer)
    trace('b') // b0 <anonymous>
  })
}

async function within(ms, task) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), ms)
  try {
    return await Promise.race([task(controller.signal), sleep(ms)]) // c1 within [ASYNC]
  } finally {
    clearTimeout(timer)
    trace('d') // d0 within
  }
}

async function slow() {
  await sleep(1)
  trace('a') // a0 slow
}

async function main() {
  await withTimeout(slow(), 1000) // a1 main:21 [ASYNC], b2 main:9
  await within(50, async () => { // c2 main, d1 main
    await sleep(1)
    trace('c') // c0 <anonymous>
  })
}

await main() // a2 <module>, b3 <module>, c3 <module>, d2 <module>
