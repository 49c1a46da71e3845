/** Starts many tasks that wait for one promise, and sends the bytes of heap that each of them takes. */
import { setTimeout as wait } from 'node:timers/promises'
import { CONFIGURATIONS } from './configurations.mjs'

const [configuration, tasksText, laterMsText] = process.argv.slice(2)
const tasks = Number(tasksText)
const laterMs = Number(laterMsText)

let open
const gate = new Promise((resolve) => {
  open = resolve
})

async function task() {
  await gate
}

function startOne() {
  task()
}

function startAll(count) {
  for (let i = 0; i < count; i++) startOne()
}

await CONFIGURATIONS[configuration]()
// Compiled code and the first of everything are no part of a task.
startAll(1000)
const bytesBefore = collectedBytes()
startAll(tasks)
const sent = { 'at once': bytesATask() }
await wait(laterMs)
sent[`after ${laterMs / 1000} s`] = bytesATask()
process.send(sent)
open()

function bytesATask() {
  return (collectedBytes() - bytesBefore) / tasks
}

function collectedBytes() {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}
