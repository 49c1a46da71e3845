// Runs the test files, one more at a time than there are cores, as some wait more than they compute, and prints what failed.
//   node scripts/test.mjs               all of them
//   node scripts/test.mjs attach page   those whose names contain one of the words
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

/** These open the inspector of other processes, whose usual port there is once: they take turns. */
const ON_THE_USUAL_PORT = ['attach', 'left-open', 'secrets', 'signal']
/** They take longest: begun first, so that no core is idle at the end. */
const LONGEST = [
  'graphs',
  'faults',
  'behaviour',
  'generated',
  'memory-route',
  'threads',
  'memory',
  'pending',
  'programs',
]

const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)
const names = readdirSync(new URL('../test/', import.meta.url))
  .filter((file) => file.endsWith('.test.mjs'))
  .map((file) => file.slice(0, -'.test.mjs'.length))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
const inTurn = names.filter((name) => ON_THE_USUAL_PORT.includes(name))
const others = names.filter((name) => !inTurn.includes(name))
const rankOf = (name) => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length)
others.sort((a, b) => rankOf(a) - rankOf(b))

const counts = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0 }
const failed = []
const lanes = Array.from({ length: Math.max(2, availableParallelism()) + 1 }, (_, i) => lane(i === 0 ? inTurn : []))
await Promise.all(lanes)
console.log(
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', '),
)
if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 && counts.tests > 0 ? 0 : 1

async function lane(first) {
  for (const name of first) await run(name)
  for (let name = others.shift(); name !== undefined; name = others.shift()) await run(name)
}

function run(name) {
  const startedMs = performance.now()
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', `test/${name}.test.mjs`], { cwd: root })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      for (const key of Object.keys(counts)) {
        counts[key] += Number(new RegExp(`^# ${key} (\\d+)$`, 'm').exec(output)?.[1] ?? 0)
      }
      const seconds = Math.round((performance.now() - startedMs) / 1000)
      const isOk = code === 0
      console.log(`${isOk ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`)
      if (!isOk) {
        failed.push(name)
        console.log(failures(output) || `${output}\nended with ${signal ?? code}`)
      }
      resolve()
    })
  })
}

/** The failed tests of a report in TAP, each with what it says. */
function failures(report) {
  return [...report.matchAll(/^( *)not ok .*\n(?:\1 .*\n)*/gm)].map(([text]) => text).join('')
}
