/** One configuration in one process: takes `{ workload, turns }` by message, answers `{ ns, captures }`. */
import { CONFIGURATIONS } from './configurations.mjs'
import { WORKLOADS } from './workloads.mjs'

/** The event loop turns between batches, as it does in a server: destroy hooks and sweeps get to run. */
const TURNS_A_BATCH = 500

const countCaptures = await CONFIGURATIONS[process.argv[2]]()

process.on('message', async ({ workload, turns }) => {
  const { turn } = WORKLOADS[workload]
  const capturesBefore = countCaptures?.() ?? 0
  const startedCpu = process.cpuUsage()
  for (let left = turns; left > 0; left -= TURNS_A_BATCH) {
    await new Promise((resolve) => setImmediate(resolve))
    await runBatch(turn, Math.min(left, TURNS_A_BATCH))
  }
  // Of the processor, not of the clock: on a busy machine, others run in between.
  const { user, system } = process.cpuUsage(startedCpu)
  const ns = (user + system) * 1_000
  process.send({ ns, captures: countCaptures === null ? null : countCaptures() - capturesBefore })
})

async function runBatch(turn, turns) {
  for (let i = 0; i < turns; i++) await turn()
}

process.send('ready')
