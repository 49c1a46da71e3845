/**
 * What tracing costs across threads, against a bare process: `node benchmarks/threads.mjs [--quick]`.
 * Rounds are interleaved over the configurations and compared in pairs, so that noise hits all of them.
 */
import { parseArgs } from 'node:util'
import { answerOf, startProcess } from './processes.mjs'
import { printTable } from './table.mjs'

const WARM_UP_MS = 500
const SAMPLE_MS = 200
const ROUNDS = 9
const QUICK_ROUNDS = 2
const CONFIGURATIONS = ['bare', 'transport', 'async-trace']
const PAYLOADS = ['small', '1 KB', '100 KB']
const WORKLOADS = [
  ...PAYLOADS.map((payload) => ({ kind: 'messages', payload, title: `messages, ${payload}`, perTurn: 2 })),
  ...PAYLOADS.map((payload) => ({ kind: 'jobs', payload, title: `no-op Piscina jobs, ${payload}`, perTurn: 1 })),
]

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' } } })
const rounds = options.quick ? QUICK_ROUNDS : ROUNDS

console.log(`Node ${process.versions.node}, ${rounds} rounds; medians, ratios of paired rounds\n`)
const children = Object.fromEntries(await Promise.all(CONFIGURATIONS.map(async (name) => [name, await start(name)])))
try {
  const rows = []
  for (const workload of WORKLOADS) rows.push(rateRow(workload, await measure(workload)))
  printTable(rows)
  const { bare, 'async-trace': traced } = await measure({ kind: 'starts', payload: 'small' }, 20)
  const differencesMs = traced.map((ns, round) => (ns - bare[round]) / 1e6)
  console.log(
    `\nworker start-up: bare ${(median(bare) / 1e6).toFixed(1)} ms, async-trace ${(median(traced) / 1e6).toFixed(1)} ms; ` +
      `${median(differencesMs).toFixed(1)} ms more (goal: 5 ${median(differencesMs) <= 5 ? 'met' : 'missed'})`,
  )
} finally {
  for (const child of Object.values(children)) child.kill()
}

async function start(name) {
  const child = startProcess('threads-child.mjs', [name])
  await answerOf(child)
  return child
}

/** @returns for each configuration ns a turn, one of each a round. */
async function measure(workload, fixedTurns) {
  const turns = {}
  for (const name of CONFIGURATIONS) turns[name] = fixedTurns ?? (await warmUp(name, workload))
  const nsATurn = Object.fromEntries(CONFIGURATIONS.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < CONFIGURATIONS.length; i++) {
      const name = CONFIGURATIONS[(round + i) % CONFIGURATIONS.length]
      nsATurn[name].push((await sample(name, workload, turns[name])) / turns[name])
    }
  }
  return nsATurn
}

/** @returns how many turns take SAMPLE_MS once the code is warm. */
async function warmUp(name, workload) {
  const endMs = performance.now() + WARM_UP_MS
  for (let turns = 64; ; ) {
    const ns = await sample(name, workload, turns)
    const fitting = Math.max(1, Math.round((turns * SAMPLE_MS * 1e6) / ns))
    if (performance.now() >= endMs && ns >= (SAMPLE_MS * 1e6) / 4) return fitting
    turns = Math.min(fitting, turns * 4)
  }
}

async function sample(name, { kind, payload }, turns) {
  children[name].send({ kind, payload, turns })
  return (await answerOf(children[name])).ns
}

function rateRow({ kind, title, perTurn }, { bare, transport, 'async-trace': traced }) {
  const rate = (samples) => Math.round((perTurn * 1e9) / median(samples)).toString()
  const ratios = (samples) => samples.map((ns, round) => ns / bare[round])
  const isMessages = kind === 'messages'
  const [alone, own] = [median(ratios(transport)), ratios(traced)]
  return {
    workload: title,
    'bare, a second': rate(bare),
    'async-trace, a second': rate(traced),
    'transport alone': isMessages ? alone.toFixed(2) : '-',
    'async-trace': median(own).toFixed(2),
    'lowest to highest': `${Math.min(...own).toFixed(2)} to ${Math.max(...own).toFixed(2)}`,
    goal: isMessages
      ? `transport 1.1 ${alone <= 1.1 ? 'met' : 'missed'}`
      : `1.5 ${median(own) <= 1.5 ? 'met' : 'missed'}`,
  }
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
