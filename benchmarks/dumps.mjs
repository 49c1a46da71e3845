// How long a dump takes, and how long the program stands still for it, against the number of pending tasks.
// Or against the size of the heap, with 1,000 tasks, and how much memory that takes besides.
//   node benchmarks/dumps.mjs [--quick | --heap]
import { spawnSync } from 'node:child_process'
import { Session } from 'node:inspector'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { getHeapSnapshot } from 'node:v8'

const [mode, count, heapText = '0'] = process.argv.slice(2)
const sizes = mode === '--quick' ? [1000, 10_000] : [1000, 3000, 10_000, 30_000, 100_000]

/** Each takes one dump. @returns how many it found, and how long the program stood still where that is not all of it. */
const MODES = {
  'getTasks()': ours((api) => api.getTasks()),
  'getTasks({ includeStacks })': ours((api) => api.getTasks({ includeStacks: true })),
  'captureWaitGraph()': ours((api) => api.captureWaitGraph()),
  'captureWaitGraph({ heap: true })': ours((api) => api.captureWaitGraph({ heap: true })),
  'peer: why-is-node-running': async () => {
    const { default: whyIsNodeRunning } = await import('why-is-node-running')
    return () => {
      let found = 0
      whyIsNodeRunning({
        error(line = '') {
          if (/^# Timeout/.test(line)) found++
        },
      })
      return { found }
    }
  },
  'peer: inspector, queryObjects': async () => () => ({ found: promisesOfInspector() }),
  'peer: v8.getHeapSnapshot': async () => async () => {
    let bytes = 0
    for await (const piece of getHeapSnapshot()) bytes += piece.length
    return { found: bytes > 0 ? Number(count) : 0 }
  },
}

function ours(dump) {
  return async () => {
    const api = await import('async-trace')
    return async () => {
      const { tasks, threads, nodes } = await dump(api)
      return { found: (tasks ?? nodes).length, pauseMs: threads?.[0].pauseMs }
    }
  }
}

/** All that an inspector session can tell of pending work without a snapshot: the promises, nameless. */
function promisesOfInspector() {
  const session = new Session()
  session.connect()
  const post = (method, params) => {
    let answer = null
    session.post(method, params, (error, result) => {
      answer = error ?? result
    })
    return answer
  }
  const prototype = post('Runtime.evaluate', { expression: 'Promise.prototype' })
  const { objects } = post('Runtime.queryObjects', { prototypeObjectId: prototype.result.objectId })
  const { result } = post('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.length }',
  })
  session.disconnect()
  return result.value
}

async function measure() {
  const prepared = await MODES[mode]()
  const leaf = async () => {
    await new Promise((resolve) => setTimeout(resolve, 3_600_000))
  }
  const job = async () => {
    await leaf()
  }
  for (let i = 0; i < Number(count); i++) job()
  fillHeap(Number(heapText) * 1e6)
  await sleep(1000)
  let bestMs = Number.POSITIVE_INFINITY
  let bestPauseMs = Number.POSITIVE_INFINITY
  let bestCpuMs = Number.POSITIVE_INFINITY
  const peakBefore = process.resourceUsage().maxRSS
  for (let i = 0; i < 3; i++) {
    const startedMs = performance.now()
    const cpuBefore = process.cpuUsage()
    const { found, pauseMs } = await prepared()
    const tookMs = performance.now() - startedMs
    if (found < Number(count)) throw new Error(`${found} of ${count} tasks`)
    const { user, system } = process.cpuUsage(cpuBefore)
    bestCpuMs = Math.min(bestCpuMs, (user + system) / 1000)
    bestMs = Math.min(bestMs, tookMs)
    bestPauseMs = Math.min(bestPauseMs, pauseMs ?? tookMs)
    // What a dump held is let go of between two of them, as it is in a program.
    await sleep(200)
  }
  const more = (process.resourceUsage().maxRSS - peakBefore) / 1024
  console.log(`${bestMs.toFixed(0)} ${bestPauseMs.toFixed(0)} ${bestCpuMs.toFixed(0)} ${more.toFixed(0)}`)
  process.exit()
}

/** With small objects that refer to each other. */
function fillHeap(bytes) {
  const kept = []
  globalThis.kept = kept
  while (process.memoryUsage().heapUsed < bytes) {
    for (let i = 0; i < 10_000; i++) kept.push({ id: i, name: `name ${i}`, tags: [i, i + 1], next: kept.at(-1) })
  }
}

function measureHeaps() {
  const heaps = [0, 50, 200, 800]
  console.log(`${process.version}, 1,000 tasks, the best of three: ms of CPU time, and MB more at the peak`)
  console.log(`${'heap in MB'.padEnd(34)}${heaps.map((size) => String(size).padStart(14)).join('')}`)
  for (const name of Object.keys(MODES).filter((each) => !/why-is|includeStacks/.test(each))) {
    const cells = heaps.map((size) => {
      const args = ['--max-old-space-size=8000', fileURLToPath(import.meta.url), name, '1000', String(size)]
      const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 300_000 })
      const [, , cpuMs, more] = stdout.trim().split(' ')
      return stdout === '' ? 'none' : `${cpuMs} (${more} MB)`
    })
    console.log(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(14)).join('')}`)
  }
}

function measureAll() {
  console.log(`${process.version}, ms, the best of three; a task is two suspended functions and a timer; (pause)`)
  console.log(`${'tasks'.padEnd(34)}${sizes.map((size) => String(size).padStart(14)).join('')}`)
  for (const name of Object.keys(MODES)) {
    const cells = sizes.map((size) => {
      const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, String(size)], {
        encoding: 'utf8',
      })
      if (stdout === '') throw new Error(stderr)
      const [ms, pauseMs] = stdout.trim().split(' ')
      return `${ms} (${pauseMs})`
    })
    console.log(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(14)).join('')}`)
  }
}

if (mode in MODES) await measure()
else if (mode === '--heap') measureHeaps()
else measureAll()
