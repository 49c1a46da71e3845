// Of the events that a function waits for, the one whose listener can only resolve: the other ones are failures.
import { EventEmitter } from 'node:events'
import { Worker } from 'node:worker_threads'
import { hold, show } from './show.mjs'

const connection = hold(new EventEmitter())
async function untilReady() {
  await new Promise((resolve, reject) => {
    let lastError
    const onEnd = () => (lastError ? reject(lastError) : resolve())
    connection.on('end', onEnd)
    connection.once('ready', () => resolve())
    connection.once('error', (error) => {
      lastError = error
    })
  })
}
async function onlyFails() {
  await new Promise((_, reject) => connection.once('failed', reject))
}
const worker = hold(new Worker('setInterval(() => {}, 1_000_000)', { eval: true }))
async function answered() {
  await new Promise((resolve) => worker.once('message', resolve))
}
untilReady()
onlyFails()
answered()
show({ heap: true })

/* waits:
graph
answered:23
  await -> (event: event 'message' of worker 1)
onlyFails:19
  await -> (event: event 'failed' of EventEmitter)
untilReady:8
  await -> (event: event 'ready' of EventEmitter)
*/
