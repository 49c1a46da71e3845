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

const controller = new AbortController()
const { signal } = controller
console.log(Object.keys(AbortSignal.prototype).join(), typeof signal.dispatchEvent, 'dispatchEvent' in signal, Object.keys(signal).join())
console.log(signal.dispatchEvent === EventTarget.prototype.dispatchEvent, signal.dispatchEvent(new Event('other')))
signal.addEventListener('abort', () => console.log(new Error('in a listener').stack))
controller.abort()
console.log(signal.reason.stack)
signal.dispatchEvent = () => 'own'
console.log(signal.dispatchEvent(), JSON.stringify(Object.getOwnPropertyDescriptor(signal, 'dispatchEvent')))
console.log(AbortSignal.any([signal]).aborted, AbortSignal.abort('at once').reason, typeof Object.create(signal).dispatchEvent)
