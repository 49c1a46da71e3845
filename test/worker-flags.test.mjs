// Workers made under generated combinations of NODE_OPTIONS, the command line and their own options see the same of
// them traced as bare.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'

const register = new URL('../dist/register.js', import.meta.url).href
const program = fileURLToPath(new URL('fixtures/worker-flags.mjs', import.meta.url))

// A space in its name: paths in NODE_OPTIONS are quoted.
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'async-trace worker-flags-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const empty = pathToFileURL(join(folder, 'empty.mjs')).href
const preload = (name) =>
  `(globalThis.preloads ??= []).push(['${name}', [...process.execArgv], process.env.NODE_OPTIONS, process._preload_modules, Object.keys(require.cache)])`
writeFileSync(join(folder, 'empty.mjs'), '')
writeFileSync(join(folder, 'imports.mjs'), "import found from 'conditional'\nexport default found\n")
writeFileSync(join(folder, 'requires.cjs'), "module.exports = require('conditional')\n")
writeFileSync(join(folder, 'first.cjs'), preload('first'))
writeFileSync(join(folder, 'second.cjs'), preload('second'))
const conditional = join(folder, 'node_modules/conditional')
mkdirSync(conditional, { recursive: true })
const conditions = ['dev', 'from-env', 'from-worker']
const targets = Object.fromEntries([...conditions, 'default'].map((name) => [name, `./${name}.cjs`]))
writeFileSync(join(conditional, 'package.json'), JSON.stringify({ name: 'conditional', exports: { '.': targets } }))
for (const name of Object.keys(targets)) {
  writeFileSync(join(conditional, `${name}.cjs`), `module.exports = ${JSON.stringify(name)}`)
}

const COMMAND_LINES = [
  [],
  ['--conditions=dev'],
  ['-r', join(folder, 'first.cjs'), '--dns-result-order=ipv6first'],
  ['--stack-size=900', '--title', 'a title', '--conditions', 'dev', '--no-warnings'],
  ['--expose-gc', '--experimental-vm-modules', '--no-warnings', '--max-http-header-size=9000', '--stack-trace-limit=7'],
  ['--enable-source-maps', '--trace-warnings', '--title=x, y', '--max-old-space-size=200'],
]
const NODE_OPTIONS = [
  undefined,
  '--conditions=from-env',
  `-r "${join(folder, 'second.cjs').replaceAll('\\', '\\\\')}" --no-deprecation`,
  '--max-old-space-size=300 --stack-trace-limit=9 --title=y',
]
const ENVIRONMENTS = 'none null own copy process inherited options preloads refused variables getter share'.split(' ')
const EXEC_ARGV = [
  undefined,
  [],
  ['--conditions=from-worker'],
  ['--no-warnings', 'word', '--conditions=from-worker'],
  ['--no-warnings', '--', '--conditions=from-worker'],
  ['-r', join(folder, 'first.cjs'), '--stack-trace-limit=3'],
  ['--max-old-space-size=100', '--no-such-flag'],
  ['--conditions'],
]
const CHANGES = [{}, { NODE_OPTIONS: '--conditions=from-env' }, { NODE_PENDING_DEPRECATION: '1' }]
const FORMS = ['plain', 'frozen', 'getters', 'inherited', 'proxy']

/** The same numbers on each run. */
function numbers(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function someWay(next, depth = 0) {
  const pick = (list) => list[next(list.length)]
  const rarely = (list) => (next(4) === 0 ? pick(list) : list[0])
  return {
    env: pick(ENVIRONMENTS),
    execArgv: next(2) === 0 ? undefined : pick(EXEC_ARGV),
    argv: next(3) === 0 ? ['--not-a-flag', 'argument'] : undefined,
    isEval: next(3) === 0,
    form: rarely(FORMS),
    changes: rarely(CHANGES),
    within: depth === 0 && next(3) === 0 ? [someWay(next, 1)] : [],
  }
}

async function run(setup, imported) {
  const { commandLine, nodeOptions, isImportInOptions, ways } = setup
  const flags = isImportInOptions
    ? commandLine
    : setup.isImportFirst
      ? ['--import', imported, ...commandLine]
      : [...commandLine, `--import=${imported}`]
  const options = [nodeOptions, isImportInOptions ? `--import "${imported}"` : undefined].filter(Boolean).join(' ')
  const { PATH, SystemRoot } = process.env
  const env = { PATH, ...(SystemRoot === undefined ? {} : { SystemRoot }) }
  const child = spawn(process.execPath, [...flags, program, JSON.stringify(ways), folder], {
    env: options === '' ? env : { ...env, NODE_OPTIONS: options },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 0, `${JSON.stringify(setup)}\n${stderr}`)
  return JSON.parse(stdout.replaceAll(imported, 'IMPORTED'))
}

/** A worker whose options only code of the program could tell may be made as it was asked for. */
function isTraceable({ env, form, changes }) {
  const isPlain = ['plain', 'frozen', 'inherited'].includes(form) && Object.keys(changes).length === 0
  return isPlain && ['none', 'null', 'own', 'copy', 'process'].includes(env)
}

function compare(traced, bare, told) {
  if (typeof bare === 'string' || typeof traced === 'string') return assert.equal(traced, bare, told)
  for (const key of Object.keys({ ...bare, ...traced })) {
    if (key !== 'within' && key !== 'isTraced') assert.deepEqual([key, traced[key]], [key, bare[key]], told)
  }
  for (const [i, answer] of bare.within.entries()) compare(traced.within[i], answer, told)
}

const SEED = Number(process.env['WORKER_FLAGS_SEED'] ?? 1)
const PROCESSES = Number(process.env['WORKER_FLAGS_PROCESSES'] ?? 4)
const WAYS = 10

const next = numbers(SEED)
const setups = Array.from({ length: PROCESSES }, (_, i) => ({
  commandLine: COMMAND_LINES[i % COMMAND_LINES.length],
  nodeOptions: NODE_OPTIONS[next(NODE_OPTIONS.length)],
  isImportInOptions: next(4) === 0,
  isImportFirst: next(2) === 0,
  ways: Array.from({ length: WAYS }, () => someWay(next)),
}))

test('workers see the same options traced as bare', { concurrency: availableParallelism() }, async (t) => {
  await Promise.all(
    setups.map((setup, i) =>
      t.test(`${i}: ${setup.commandLine.join(' ')} ${setup.nodeOptions ?? ''}`, async () => {
        const bare = await run(setup, empty)
        const traced = await run(setup, register)
        setup.ways.forEach((way, at) => {
          const told = JSON.stringify({ ...setup, ways: [way] })
          compare(traced[at], bare[at], told)
          if (isTraceable(way) && typeof bare[at] === 'object') assert.equal(traced[at].isTraced, true, told)
        })
      }),
    ),
  )
})
