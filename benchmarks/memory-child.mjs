/** Starts many tasks that wait for one promise, and sends what each of them costs: bytes of heap, ns of CPU and of GC. */
import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { CONFIGURATIONS } from './configurations.mjs'

const QUIET_MS = 2_000

const [configuration, tasksText] = process.argv.slice(2)
const tasks = Number(tasksText)

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
const collections = []
new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] })
// Compiled code and the first of everything are no part of a task.
startAll(1000)
const bytesBefore = collectedBytes()
const startedMs = performance.now()
const startedCpu = process.cpuUsage()
startAll(tasks)
const { user, system } = process.cpuUsage(startedCpu)
const endedMs = performance.now()
const atOnce = bytesATask()
await sweptHeap()
const swept = bytesATask()
const during = collections.filter(({ startTime }) => startTime >= startedMs && startTime < endedMs)
const gcMs = during.reduce((sum, { duration }) => sum + duration, 0)
process.send({
  'bytes, at once': atOnce,
  'bytes, swept': swept,
  'ns of CPU to start': ((user + system) * 1_000) / tasks,
  'ns of GC pauses, by the clock': (gcMs * 1e6) / tasks,
})
open()

/** Until the process does nothing more on its own: a sweep takes a quarter of the time at most. */
async function sweptHeap() {
  for (;;) {
    const before = process.cpuUsage()
    await wait(QUIET_MS)
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1_000 < QUIET_MS / 20) return
  }
}

function bytesATask() {
  return (collectedBytes() - bytesBefore) / tasks
}

function collectedBytes() {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}
