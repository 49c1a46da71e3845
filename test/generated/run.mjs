/**
 * Runs generated programs and compares every path in them with the true one.
 *
 *   node test/generated/run.mjs [--seed N] [--count N] [--programs-per-process N] [--keep] [--no-shrink] [--show]
 *
 * Program i has the seed N + i: a failing one runs alone with `--seed <its seed> --count 1`.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { withCpuLimit } from '../node.mjs'
import { fileOf, generate } from './generator.mjs'

const folder = new URL('./.tmp/', import.meta.url)
const keptFile = new URL('./kept-seeds.json', import.meta.url)
const BATCH = 12
const SHRINK_MS = 25_000
/** Limits of CPU time: a busy machine is no failure. What waits for ever is ended by the clock, much later. */
const CPU_SECONDS = 120
const WAITING_MS = 20 * 60_000
let options = {}

/**
 * Runs programs, given by seed or by choices.
 *
 * @returns per program: how many checks, and what was wrong.
 */
export function runPrograms(programs, { perProcess = BATCH } = {}) {
  const results = []
  for (let at = 0; at < programs.length; at += perProcess) {
    results.push(...runBatch(programs.slice(at, at + perProcess)))
  }
  return results
}

export function keptSeeds() {
  return JSON.parse(readFileSync(keptFile, 'utf8')).seeds.map(({ seed, shapes = 1 }) => (shapes === 1 ? { seed, shapes } : seed))
}

export function freshSeed() {
  return Math.floor(Math.random() * 2 ** 31)
}

/** What to print of a failing program: the smallest that fails in the same way. */
export function report(result, { shrinks = true } = {}) {
  const small = shrinks ? shrink(result) : result
  const failure = small.failures[0]
  return [
    `seed ${Array.isArray(result.from) ? '(choices)' : (result.from.seed ?? result.from)}: line ${failure.line}: ${failure.wrong.join(', ')}`,
    `true:    ${failure.expected.join(' < ')}`,
    `printed: ${failure.got.join(' < ')}`,
    `choices: ${JSON.stringify(small.choices)}`,
    ...fileOf([small.from], options)
      .split('\n')
      .map((text, i) => `${String(i + 1).padStart(4)}${i + 1 === failure.line ? ' >' : '  '} ${text}`)
      .filter((text, i) => i >= 5 && !/T\(\$, (\d+)\)$/.test(text) || text.includes(` > `)),
  ].join('\n')
}

let files = 0

function runBatch(programs) {
  mkdirSync(folder, { recursive: true })
  const file = fileURLToPath(new URL(`programs-${process.pid}-${++files}.mjs`, folder))
  const source = fileOf(programs, options)
  writeFileSync(file, source)
  const { status, signal, stdout, stderr } = spawnSync(...withCpuLimit(CPU_SECONDS, [file]), {
    encoding: 'utf8',
    timeout: WAITING_MS,
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const end = stdout.lastIndexOf('\n@@')
  const printed = end === -1 ? null : JSON.parse(stdout.slice(end + 3))
  const results = programs.map((from, i) => {
    const ran = printed?.programs[i]
    const { choices } = generate(from, undefined, options)
    const result = { from, choices, checks: ran?.checks ?? 0, slips: ran?.slips ?? 0, gaps: ran?.gaps ?? 0, failures: ran?.failures ?? [], file }
    if (ran === undefined) {
      result.failures = [{ line: 0, wrong: [`did not run: exit code ${status}, signal ${signal}`], expected: [], got: [stderr] }]
    }
    return result
  })
  if (status !== 0 || printed === null || printed.faults > 0) {
    const fault = `exit code ${status}, ${printed?.faults} faults in the tracer: ${printed?.lastFault}`
    results.at(-1).failures.push({ line: 0, wrong: [fault], expected: [], got: [stderr] })
  }
  if (results.every(({ failures }) => failures.length === 0)) rmSync(file)
  return results
}

/** Takes choices away as long as the program fails. */
function shrink(result) {
  const kind = result.failures[0].wrong[0].slice(0, 12)
  const fails = (some) => runBatch(some).map((one) => one.failures.some(({ wrong }) => wrong[0].slice(0, 12) === kind) && one)
  let best = fails([result.choices])[0]
  if (!best) return result
  const startedMs = Date.now()
  for (let isSmaller = true; isSmaller && Date.now() - startedMs < SHRINK_MS; ) {
    isSmaller = false
    for (let size = Math.ceil(best.choices.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < best.choices.length && Date.now() - startedMs < SHRINK_MS; ) {
        const tries = []
        for (let i = 0; i < 8 && at + i * size < best.choices.length; i++) {
          const from = at + i * size
          tries.push([...best.choices.slice(0, from), ...best.choices.slice(from + size)])
          const zeroed = best.choices.map((choice, n) => (n >= from && n < from + size ? 0 : choice))
          if (zeroed.join() !== best.choices.join()) tries.push(zeroed)
          if (size === 1 && best.choices[from] > 1) tries.push(best.choices.with?.(from, 1) ?? zeroed)
        }
        const better = fails(tries).filter((one) => one && sizeOf(one) < sizeOf(best))
        better.sort((a, b) => sizeOf(a) - sizeOf(b))
        if (better.length > 0) {
          best = better[0]
          isSmaller = true
        } else at += size * 8
      }
    }
  }
  return fails([best.choices])[0] || best
}

function sizeOf({ choices }) {
  const { lines } = generate(choices, undefined, options)
  return lines.length * 1000 + choices.length * 10 + Math.min(9, choices.reduce((a, b) => a + b, 0) / 100)
}

function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '300' },
      choices: { type: 'string' },
      'programs-per-process': { type: 'string', default: String(BATCH) },
      size: { type: 'string', default: '60' },
      without: { type: 'string', default: '' },
      show: { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      'max-reports': { type: 'string', default: '3' },
    },
  })
  options = { without: values.without.split(','), size: Number(values.size) }
  const seed = values.seed === undefined ? freshSeed() : Number(values.seed)
  const count = Number(values.count)
  console.log(`seed ${seed}, ${count} programs, ${process.version}`)
  const programs = values.choices ? [JSON.parse(values.choices)] : Array.from({ length: count }, (_, i) => seed + i)
  if (values.show) console.log(fileOf(programs, options))
  const results = runPrograms(programs, { perProcess: Number(values['programs-per-process']) })
  const failing = results.filter(({ failures }) => failures.length > 0)
  for (const one of failing.slice(0, Number(values['max-reports']))) {
    console.log(`\n${report(one, { shrinks: !values['no-shrink'] })}`)
  }
  const checks = results.reduce((sum, one) => sum + one.checks, 0)
  console.log(`${checks} checks, ${failing.length} programs failing: ${failing.map(({ from }) => from).join(' ')}`)
  process.exitCode = failing.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
