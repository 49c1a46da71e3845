// How long a dump takes, and how long the program stands still for it, against the number of pending tasks.
// Or against the size of the heap, with 1,000 tasks, and how much memory that takes besides.
// Or against what the tasks are: two functions and a promise of their own each, one promise for all, or chains.
//   node benchmarks/dumps.mjs [--quick | --heap | --shapes]
import { spawnSync } from 'node:child_process'
import { Session } from 'node:inspector'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { getHeapSnapshot } from 'node:v8'

const [mode, count, heapText = '0', shape = 'chain of 2'] = process.argv.slice(2)
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
  await begun(SHAPES[shape], Number(count))
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

let never

async function leaf() {
  await new Promise((resolve) => setTimeout(resolve, 3_600_000))
}

async function chain(length) {
  if (length === 1) await leaf()
  else await chain(length - 1)
}

const SHAPES = {
  'one function': () => leaf(),
  'one promise for all': async () => {
    never ??= new Promise((resolve) => setTimeout(resolve, 3_600_000))
    await never
  },
  'chain of 2': async () => {
    await leaf()
  },
  'chain of 10': () => chain(9),
}

/** By a callback of the event loop, as a server's requests are. */
function begun(job, times) {
  return new Promise((done) => {
    setImmediate(() => {
      for (let i = 0; i < times; i++) job()
      done()
    })
  })
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

function measureShapes() {
  const counts = [1000, 10_000, 100_000]
  console.log(`${process.version}, the best of three: s of CPU time, and MB more at the peak`)
  console.log(`${'getTasks(), tasks'.padEnd(34)}${counts.map((size) => String(size).padStart(16)).join('')}`)
  for (const each of Object.keys(SHAPES)) {
    const cells = counts.map((size) => {
      // A million suspended functions take minutes, and gigabytes of their own.
      if (each === 'chain of 10' && size === 100_000) return '-'
      const args = [fileURLToPath(import.meta.url), 'getTasks()', String(size), '0', each]
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      if (stdout === '') throw new Error(stderr)
      const [, , cpuMs, more] = stdout.trim().split(' ')
      return `${(cpuMs / 1000).toFixed(2)} (${more} MB)`
    })
    console.log(`${each.padEnd(34)}${cells.map((cell) => cell.padStart(16)).join('')}`)
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
else if (mode === '--shapes') measureShapes()
else measureAll()
