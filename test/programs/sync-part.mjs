// The synchronous part of a call belongs to its caller; after the first await it is a task, if nobody awaits it.
import { setTimeout as sleep } from 'node:timers/promises'
import { trace } from './trace.mjs'

async function upload() {
  trace('a') // a0 upload
  await null
  trace('b') // b0 upload
  await sleep(1)
  trace('c') // c0 upload
  for (let i = 0; i < 3; i++) await i
  check() // d1 upload
}

function check() {
  trace('d') // d0 check
}

function start() {
  upload().catch(console.error) // a1 start, b1 start [ASYNC], c1 start [ASYNC], d2 start [ASYNC]
}

start() // a2 <module>, b2 <module>, c2 <module>, d3 <module>
