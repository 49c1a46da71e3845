// node:timers, node:timers/promises and a promisified setTimeout.
import timers, { setTimeout as later } from 'node:timers'
import { setInterval as every, setImmediate as soon, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { trace } from './trace.mjs'

const wait = promisify(setTimeout)

async function nap() {
  await sleep(1)
  trace('a') // a0 nap
  await wait(1)
  trace('b') // b0 nap
  await soon()
  trace('c') // c0 nap
}

async function main() {
  await nap() // a1 main, b1 main, c1 main
  let turns = 0
  for await (const _ of every(1)) {
    trace('d') // d0 main
    if (++turns === 3) break
  }
  sleep(1).then(() => trace('e')) // e0 <anonymous>, e1 main [THEN]
  await Promise.all([sleep(5), nap.name, wait(2)])
  trace('f') // f0 main
  later(() => trace('g'), 1) // g0 <anonymous>, g1 main [TIMEOUT]
  timers.setImmediate(() => trace('h')) // h0 <anonymous>, h1 main [IMMEDIATE]
}

await main() // a2 <module>, b2 <module>, c2 <module>, d1 <module>, e2 <module>, f1 <module>, g2 <module>, h2 <module>
