// How long a dump takes, and how long the program stands still for it, against the number of pending tasks.
//   node benchmarks/dumps.mjs [--quick]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [mode, count] = process.argv.slice(2)
const sizes = mode === '--quick' ? [1000, 10_000] : [1000, 3000, 10_000, 30_000, 100_000]

const modes = {
  'getTasks()': async ({ getTasks }) => (await getTasks()).tasks.length,
  'getTasks({ includeStacks })': async ({ getTasks }) => (await getTasks({ includeStacks: true })).tasks.length,
  'captureWaitGraph()': async ({ captureWaitGraph }) => (await captureWaitGraph()).edges.length,
}

if (mode in modes) {
  const api = await import('async-trace')
  const gates = []
  const leaf = async () => {
    await new Promise((resolve) => gates.push(resolve))
  }
  const job = async () => {
    await leaf()
  }
  for (let i = 0; i < Number(count); i++) job()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  let bestMs = Number.POSITIVE_INFINITY
  for (let i = 0; i < 3; i++) {
    const startedMs = performance.now()
    const found = await modes[mode](api)
    if (found < Number(count)) throw new Error(`${found} of ${count} tasks`)
    bestMs = Math.min(bestMs, performance.now() - startedMs)
  }
  console.log(bestMs.toFixed(0))
  process.exit()
}

console.log(`${process.version}, ms, the best of three dumps; each task is two suspended functions`)
console.log(`${'tasks'.padEnd(30)}${sizes.map((size) => String(size).padStart(9)).join('')}`)
for (const name of Object.keys(modes)) {
  const times = sizes.map((size) => {
    const { stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, String(size)], {
      encoding: 'utf8',
    })
    if (stdout === '') throw new Error(stderr)
    return stdout.trim()
  })
  console.log(`${name.padEnd(30)}${times.map((time) => time.padStart(9)).join('')}`)
}
