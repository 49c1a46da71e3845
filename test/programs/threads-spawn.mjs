// A spawned process with a channel for messages: as a forked one.
import { spawn } from 'node:child_process'
import { trace } from './trace.mjs'

function inParent() {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, 'child'], { stdio }) // a2 inParent [WORKER]
  child.on('message', () => {
    trace('c') // c0 <anonymous>
    child.disconnect()
  })
  ask(child) // b2 inParent [ASYNC], c4 inParent [ASYNC]
}

async function ask(child) {
  await null
  child.send('a') // b1 ask [WORKER], c3 ask [WORKER]
}

function inChild() {
  trace('a') // a0 inChild
  process.on('message', (message) => {
    trace('b') // b0 <anonymous>
    answer(message) // c2 <anonymous> [ASYNC]
  })
}

async function answer() {
  await null
  process.send('last') // c1 answer [WORKER]
}

if (process.argv[2] === 'child') inChild() // a1 <module>
else inParent() // a3 <module>, b3 <module>, c5 <module>
