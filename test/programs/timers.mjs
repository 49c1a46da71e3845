// Timers inside timers, intervals and immediates, with sync and async callbacks.
import { trace } from './trace.mjs'

async function job() {
  await null
  trace('e') // e0 job
}

function main() {
  setTimeout(() => { // a2 main [TIMEOUT]
    setImmediate(() => { // a1 <anonymous> [IMMEDIATE]
      trace('a') // a0 <anonymous>
    })
  }, 1)
  let turns = 0
  const timer = setInterval(() => { // b1 main [INTERVAL], c2 main [INTERVAL]
    trace('b') // b0 <anonymous>
    setTimeout(() => trace('c'), 1) // c0 <anonymous>, c1 <anonymous> [TIMEOUT]
    if (++turns === 3) clearInterval(timer)
  }, 1)
  setTimeout(async () => { // d1 main [TIMEOUT]
    await null
    trace('d') // d0 <anonymous>
  }, 1)
  setTimeout(job, 1) // e1 main [TIMEOUT]
  setImmediate(() => job2()) // f1 <anonymous> [ASYNC], f2 main [IMMEDIATE]
  let again = 2
  const refreshed = setTimeout(() => { // g1 main [TIMEOUT]
    trace('g') // g0 <anonymous>
    if (again-- > 0) refreshed.refresh()
  }, 1)
}

async function job2() {
  await null
  trace('f') // f0 job2
}

main() // a3 <module>, b2 <module>, c3 <module>, d2 <module>, e2 <module>, f3 <module>, g2 <module>
