// How functions and classes look that the tracer replaces, the objects that they make, and the stacks of native callbacks.
import { fork } from 'node:child_process'
import events from 'node:events'
import { stat } from 'node:fs'
import streams from 'node:stream/promises'
import 'async-trace'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'

const { all, race, any, allSettled } = Promise
const replaced = { all, race, any, allSettled, setTimeout, setInterval, setImmediate, receiveMessageOnPort, fork, ...process }
for (const [name, value] of Object.entries({ ...replaced, once: events.once, ...streams, Worker, MessageChannel })) {
  if (typeof value !== 'function') continue
  const keys = Object.getOwnPropertyNames(value).filter((key) => !key.startsWith('__'))
  console.log(name, value.name, value.length, keys.join(), typeof value.prototype, value.constructor.name, `${Object.prototype.toString.call(value)}`)
}

class Own extends Worker {}
for (const Class of [Worker, Own]) {
  const worker = new Class('', { eval: true })
  console.log(Class.name, worker.constructor === Class, worker instanceof Class, worker instanceof Worker)
  await events.once(worker, 'exit')
}

// Node 24 and 26 put a function of their own below it.
if (/^v2[02]/.test(process.version)) {
  await new Promise((resolve) => {
    stat('.', () => {
      console.log(new Error('in a native callback').stack)
      resolve()
    })
  })
}
