// Generated programs, run bare and traced: their event logs must be equal.
//   node test/harmless/programs.mjs [--count 10000] [--seed 1] [--choices '[1,2,…]' --show]
// A failing program is made as small as possible and printed with its choices, which can be run again and kept
// in programs/kept.json.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateProgram } from './programs/generator.mjs'

const register = new URL('../../dist/register.js', import.meta.url).href
const runtime = new URL('programs/runtime.mjs', import.meta.url).href
const PER_PROCESS = 500
const SHRINK_MS = 60_000

function fileOf(programs) {
  const sources = programs.map((from, i) => `  [${i}, ${generateProgram(from).source}],`)
  return `import { runPrograms } from ${JSON.stringify(runtime)}\nawait runPrograms([\n${sources.join('\n')}\n])\n`
}

function run(file, isTraced) {
  const flags = isTraced ? ['--import', register] : []
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, file], {
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 512 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: '', ASYNC_TRACE: '', NODE_TEST_CONTEXT: undefined },
  })
  const logs = new Map()
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('[')) continue
    const [index, lines] = JSON.parse(line)
    logs.set(index, lines)
  }
  return { logs, end: `exit code ${status}, signal ${signal}${status === 0 ? '' : `: ${stderr.slice(-600)}`}` }
}

/** @returns for each program null, or `{ bare, traced }`: the two logs that differ. */
function compare(programs) {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-programs-'))
  try {
    const file = join(folder, 'programs.mjs')
    writeFileSync(file, fileOf(programs))
    const bare = run(file, false)
    if (bare.logs.size < programs.length)
      throw new Error(`the bare run of ${programs.length} programs ended early: ${bare.end}`)
    const traced = run(file, true)
    return programs.map((_, i) => {
      const [left, right] = [bare.logs.get(i), traced.logs.get(i) ?? [traced.end]]
      return left.join('\n') === right.join('\n') ? null : { bare: left, traced: right }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A difference counts if it is there again when the program runs alone. @returns whether it is certain. */
function isCertain(from) {
  return [1, 2].every(() => compare([from])[0] !== null)
}

function shrink(from) {
  let best = generateProgram(from).choices
  const startedMs = Date.now()
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && Date.now() - startedMs < SHRINK_MS; ) {
      const tries = []
      for (let from = at; from < best.length && tries.length < 40; from += size) {
        tries.push([...best.slice(0, from), ...best.slice(from + size)])
        const zeroed = best.map((choice, i) => (i >= from && i < from + size ? 0 : choice))
        if (zeroed.join() !== best.join()) tries.push(zeroed)
      }
      const failing = compare(tries)
      const better = tries.filter((_, i) => failing[i] !== null).sort((a, b) => sizeOf(a) - sizeOf(b))
      if (better.length > 0 && sizeOf(better[0]) < sizeOf(best) && compare([better[0]])[0] !== null) best = better[0]
      else at += size * 20
    }
  }
  return best
}

function sizeOf(choices) {
  return generateProgram(choices).source.length * 100 + choices.length
}

function report(from) {
  const choices = shrink(from)
  const found = compare([choices])[0] ?? compare([from])[0] ?? { bare: [], traced: [] }
  return `DIFFERENT: seed ${from}\n  choices [${choices}]\n${generateProgram(choices).source}\n${firstDifference(found)}`
}

function firstDifference({ bare, traced }) {
  const at = bare.findIndex((line, i) => line !== traced[i])
  const part = (lines) =>
    lines
      .slice(Math.max(0, at - 2), at + 4)
      .map((line) => `    ${line}`)
      .join('\n')
  return `  bare:\n${part(bare)}\n  traced:\n${part(traced)}`
}

/** @returns how many programs differ for certain, and how many only now and then. */
export function checkPrograms(programs, { tell = console.log, maxReports = 3 } = {}) {
  const certain = []
  const unsteady = []
  for (let from = 0; from < programs.length; from += PER_PROCESS) {
    const some = programs.slice(from, from + PER_PROCESS)
    compare(some).forEach((found, i) => {
      if (found === null) return
      const isSure = isCertain(some[i])
      ;(isSure ? certain : unsteady).push(some[i])
      if (!isSure) tell(`seed ${some[i]} differs only in company:\n${firstDifference(found)}`)
    })
  }
  for (const one of certain.slice(0, maxReports)) tell(report(one))
  return { certain, unsteady }
}

function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: process.env.ASYNC_TRACE_PROGRAMS ?? '2000' },
      seed: { type: 'string', default: process.env.ASYNC_TRACE_SEED ?? String(Date.now() % 1_000_000_000) },
      choices: { type: 'string' },
      show: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed)
  const kept = JSON.parse(readFileSync(new URL('programs/kept.json', import.meta.url), 'utf8'))
  const generated = Array.from({ length: Number(values.count) }, (_, i) => seed + i)
  const programs = values.choices === undefined ? [...kept, ...generated] : [JSON.parse(values.choices)]
  if (values.show) console.log(fileOf(programs))
  console.log(`seed ${seed}, ${programs.length} programs (${kept.length} kept), Node ${process.version}`)
  const startedMs = Date.now()
  const { certain, unsteady } = checkPrograms(programs)
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0)
  console.log(
    `${programs.length} programs, ${certain.length} differ (${certain.map((one) => `[${one}]`)}), ${unsteady.length} differ only in company (${unsteady}), ${seconds} s`,
  )
  process.exitCode = certain.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
