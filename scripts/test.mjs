// Runs the test files, one more at a time than there are cores, as some wait more than they compute, and prints what failed.
//   node scripts/test.mjs               all of them
//   node scripts/test.mjs attach page   those whose names contain one of the words
//   node scripts/test.mjs --every-case  also the cases that `npm test` leaves out (test/every-case.mjs)
//   node scripts/test.mjs --node /opt/22/bin/node --node /opt/24/bin/node   with these versions of Node.js, in one queue
import { execFileSync, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** It opens inspectors at Node's usual port, which exists once: with several versions of Node.js, they take turns. */
const ON_THE_USUAL_PORT = 'attach'
/** They take longest: begun first, so that no core is idle at the end. */
const LONGEST = [
  'graphs',
  'pending',
  'incomplete',
  'memory',
  'memory-route',
  'behaviour',
  'threads',
  'generated',
  'faults',
  'call-stack-unrecorded',
  'programs',
  'left-open',
]

const root = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', multiple: true, default: [process.execPath] },
    'every-case': { type: 'boolean', default: false },
  },
})
const names = readdirSync(new URL('../test/', import.meta.url))
  .filter((file) => file.endsWith('.test.mjs'))
  .map((file) => file.slice(0, -'.test.mjs'.length))
  .filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
const rankOf = ({ name }) => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length)
const runs = values.node
  .map((node) => ({ node, version: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim() }))
  .flatMap((line) => names.map((name) => ({ ...line, name })))
  .sort((a, b) => rankOf(a) - rankOf(b))
const inTurn = runs.filter(({ name }) => name === ON_THE_USUAL_PORT)
const others = runs.filter((run) => !inTurn.includes(run))

/** What fails among others is run once more by itself, if it is so few. */
const MOST_RUN_AGAIN = 3

const counts = { tests: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0 }
const failed = []
const lanes = Array.from({ length: Math.max(2, availableParallelism()) + 1 }, (_, i) => lane(i === 0 ? inTurn : []))
await Promise.all(lanes)
const unstable = await runAgain(failed)
console.log(
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', '),
)
if (unstable.length > 0) console.log(`UNSTABLE, failed among others and passed alone: ${unstable.map(told).join(', ')}`)
if (failed.length > 0) console.log(`failed: ${failed.map(told).join(', ')}`)
process.exitCode = failed.length === 0 && counts.tests > 0 ? 0 : 1

/**
 * A test may fail of what else the machine does: a single one in two thousand is not to hide that all others pass. It is
 * shown, as it may as well be a race of ours. @returns which passed; they are no longer among the failed.
 */
async function runAgain(runs) {
  if (runs.length > MOST_RUN_AGAIN) return []
  const again = runs.splice(0)
  for (const each of again) {
    console.log(`once more, alone: ${told(each)}`)
    await run(each)
  }
  return again.filter((each) => !runs.includes(each))
}

function told({ name, version }) {
  return values.node.length > 1 ? `${name} on ${version}` : name
}

async function lane(first) {
  for (const each of first) await run(each)
  for (let each = others.shift(); each !== undefined; each = others.shift()) await run(each)
}

function run(each) {
  const { name, node } = each
  const startedMs = performance.now()
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
  if (values['every-case']) env.EVERY_CASE = '1'
  const child = spawn(node, ['--test', '--test-reporter=tap', `test/${name}.test.mjs`], { cwd: root, env })
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
      console.log(`${isOk ? 'ok    ' : 'FAILED'}  ${told(each)} (${seconds} s)`)
      if (!isOk) {
        failed.push(each)
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
