/** Bytes of heap a pending task: `node benchmarks/memory.mjs`. Each figure is of a process of its own. */
import { answerOf, startProcess } from './processes.mjs'
import { printTable } from './table.mjs'

const TASKS = 100_000
const LATER_MS = 2000
const GOAL_BYTES = 1024

console.log(`Node ${process.versions.node}, ${TASKS.toLocaleString('en')} pending; bytes of heap a task\n`)
const bare = await measure('bare')
const traced = await measure('async-trace')
const rows = Object.keys(bare).map((when) => ({
  when,
  bare: bare[when].toFixed(0),
  'async-trace': traced[when].toFixed(0),
  difference: (traced[when] - bare[when]).toFixed(0),
  goal: `${GOAL_BYTES} ${traced[when] < GOAL_BYTES ? 'met' : 'missed'}`,
}))
printTable(rows)

function measure(configuration) {
  return answerOf(startProcess('memory-child.mjs', [configuration, TASKS, LATER_MS], ['--expose-gc']))
}
