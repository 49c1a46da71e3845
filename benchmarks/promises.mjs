/**
 * Slow-down of promises against a bare process: `node benchmarks/promises.mjs [--quick] [--only WORKLOAD]`.
 * Rounds are interleaved over the configurations and compared in pairs, so that noise hits all of them.
 */
import { parseArgs } from 'node:util'
import { answerOf, startProcess } from './processes.mjs'
import { median, printTable, verdict } from './table.mjs'
import { WORKLOADS } from './workloads.mjs'

const WARM_UP_MS = 300
const SAMPLE_MS = 150
const ROUNDS = 7
const QUICK_ROUNDS = 2
const PEERS = ['bare', 'empty hooks', 'inspector', 'async_hooks', 'async-trace, TypeScript only', 'async-trace']

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } })
const rounds = options.quick ? QUICK_ROUNDS : ROUNDS
const names = options.only === undefined ? Object.keys(WORKLOADS) : [options.only]
for (const name of names) {
  if (!Object.hasOwn(WORKLOADS, name)) {
    throw new Error(`No workload is called '${name}'. There are: ${Object.keys(WORKLOADS).join(', ')}.`)
  }
}

const major = Number(process.versions.node.split('.')[0])
const age = major >= 24 ? 'newer' : 'older'

console.log(`Node ${process.versions.node}, ${rounds} rounds; CPU time against bare, medians of paired rounds\n`)
const rows = []
for (const name of names) rows.push(rowOf(WORKLOADS[name], await measure(name)))
printTable(rows)

/** @returns for each configuration ns a turn and captures a turn, one of each a round. */
async function measure(workload) {
  const children = await Promise.all(PEERS.map(start))
  try {
    for (const child of children) child.turns = await warmUp(child, workload)
    for (let round = 0; round < rounds; round++) {
      // Another one goes first in each round: what is periodic on the machine hits all of them.
      for (let i = 0; i < children.length; i++) {
        const child = children[(round + i) % children.length]
        const { ns, captures } = await sample(child, workload, child.turns)
        child.nsATurn.push(ns / child.turns)
        child.capturesATurn = captures === null ? null : captures / child.turns
      }
    }
  } finally {
    for (const { process: child } of children) child.kill()
  }
  return Object.fromEntries(children.map((child) => [child.name, child]))
}

async function start(name) {
  const child = startProcess('child.mjs', [name])
  await answerOf(child)
  return { name, process: child, nsATurn: [], capturesATurn: null, turns: 1 }
}

/** @returns how many turns take SAMPLE_MS once the code is warm. */
async function warmUp(child, workload) {
  const endMs = performance.now() + WARM_UP_MS
  for (let turns = 64; ; ) {
    const { ns } = await sample(child, workload, turns)
    const fitting = Math.max(1, Math.round((turns * SAMPLE_MS * 1e6) / ns))
    if (performance.now() >= endMs && ns >= (SAMPLE_MS * 1e6) / 4) return fitting
    turns = Math.min(fitting, turns * 4)
  }
}

async function sample(child, workload, turns) {
  child.process.send({ workload, turns })
  return await answerOf(child.process)
}

function rowOf({ title, goals, captures }, measured) {
  const bare = measured.bare.nsATurn
  const ratios = (name, base = bare) => measured[name].nsATurn.map((ns, round) => ns / base[round])
  const own = ratios('async-trace')
  const againstInspector = ratios('async-trace', measured.inspector.nsATurn)
  return {
    workload: title,
    'bare, ns': Math.round(median(bare)).toString(),
    'empty hooks': median(ratios('empty hooks')).toFixed(1),
    inspector: median(ratios('inspector')).toFixed(1),
    'async_hooks + stacks': median(ratios('async_hooks')).toFixed(1),
    'TypeScript only': median(ratios('async-trace, TypeScript only')).toFixed(1),
    'async-trace': median(own).toFixed(1),
    'lowest to highest': `${Math.min(...own).toFixed(1)} to ${Math.max(...own).toFixed(1)}`,
    goal: verdict(median(own), goals?.[age]),
    'to the inspector': median(againstInspector).toFixed(2),
    'goal to it': verdict(median(againstInspector), goals?.inspector),
    captures: `${measured['async-trace'].capturesATurn.toFixed(2)}${captures === null ? '' : ` of ${captures}`}`,
  }
}
