/**
 * What a pending task costs, in bytes of heap, CPU and garbage collection: `node benchmarks/memory.mjs [--tasks N]`.
 * Each figure is of a process of its own.
 */
import { parseArgs } from 'node:util'
import { answerOf, startProcess } from './processes.mjs'
import { printTable } from './table.mjs'

const CONFIGURATIONS = ['bare', 'async-trace, TypeScript only', 'async-trace']
/** Bytes of heap beyond those of the bare process. */
const GOAL_BYTES = 540

const { values: options } = parseArgs({ options: { tasks: { type: 'string', default: '100000' } } })
const tasks = Number(options.tasks)

console.log(`Node ${process.versions.node}, ${tasks.toLocaleString('en')} pending; of each\n`)
const measured = []
for (const name of CONFIGURATIONS) measured.push(await measure(name))
const [bare, , traced] = measured
const rows = Object.keys(bare).map((what) => ({
  'a pending task': what,
  ...Object.fromEntries(CONFIGURATIONS.map((name, i) => [name, measured[i][what].toFixed(0)])),
  difference: (traced[what] - bare[what]).toFixed(0),
  goal: what === 'bytes, swept' ? `${GOAL_BYTES} ${traced[what] - bare[what] < GOAL_BYTES ? 'met' : 'missed'}` : '-',
}))
printTable(rows)

function measure(configuration) {
  return answerOf(startProcess('memory-child.mjs', [configuration, tasks], ['--expose-gc']))
}
