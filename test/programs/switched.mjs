// Tracing is switched on inside functions and callbacks.
import { disableTracing, enableTracing } from 'async-trace'
import { trace } from './trace.mjs'

async function switchesOn() {
  enableTracing()
  trace('a') // a0 switchesOn
  await null
  trace('b') // b0 switchesOn
  await next() // c1 switchesOn
}

async function next() {
  await null
  trace('c') // c0 next
}

async function switchesBoth() {
  await null
  disableTracing()
  await null
  enableTracing()
  trace('d') // d0 switchesBoth, d1 <not traced>
  await null
  setImmediate(() => { // e1 switchesBoth [IMMEDIATE], e2 <not traced>
    trace('e') // e0 <anonymous>
    disableTracing()
    enableTracing()
    setImmediate(() => trace('f')) // f0 <anonymous>, f1 <anonymous> [IMMEDIATE], f2 <not traced>
  })
}

disableTracing()
await switchesOn() // a1 <module>, b1 <module>, c2 <module>
await switchesBoth()
