// Work that began before tracing: what is known of it is shown, then that it is not traced.
import { setTimeout as sleep } from 'node:timers/promises'
import { disableTracing, enableTracing } from 'async-trace'
import { trace } from './trace.mjs'

disableTracing()

async function old() {
  await sleep(2)
  trace('a') // a0 old, a1 <not traced>
  void child() // b1 old [ASYNC], b2 <not traced>
  await null
  await helper() // c1 old, c2 <not traced>
  setTimeout(() => trace('d'), 1) // d0 <anonymous>, d1 old [TIMEOUT], d2 <not traced>
}

async function child() {
  await null
  trace('b') // b0 child
}

async function helper() {
  await sleep(1)
  trace('c') // c0 helper
}

const running = old()
enableTracing()
await running
trace('e') // e0 <module>
await child2() // f1 <module>
async function child2() {
  await null
  trace('f') // f0 child2
}
