// Other people's test suites, each file run bare and with the tracer loaded: the same tests must pass and fail.
//   node test/harmless/suites.mjs [--only avvio,pino] [--quick] [--folder kept-installs]
// Small projects of ours (projects/) run in others' test runners, and beside other tracers, the same way.
// The packages come from the npm registry at the pinned versions of suites.json, into a temporary folder.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { differences, failuresOf, outcomeOf } from './outcomes.mjs'

const register = new URL('../../dist/register.js', import.meta.url).href
const aplus = fileURLToPath(new URL('promises-aplus.cjs', import.meta.url))
const suites = JSON.parse(readFileSync(new URL('suites.json', import.meta.url), 'utf8'))

/** A file whose runs differ is run this often more: a test that is flaky by itself is told from a difference. */
const ROUNDS = 3
const FILE_TIMEOUT_MS = 180_000

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    folder: { type: 'string' },
  },
})

const NPM_FLAGS = '--ignore-scripts --no-audit --no-fund --no-package-lock --legacy-peer-deps --loglevel=error'.split(
  ' ',
)

function install({ name, version, project, with: others }, folder) {
  mkdirSync(folder, { recursive: true })
  if (project !== undefined) cpSync(new URL(`projects/${project}/`, import.meta.url), folder, { recursive: true })
  if (existsSync(join(folder, 'package.json'))) return
  const dependencies = version === undefined ? others : { ...others, [name]: version }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const { status, stderr } = spawnSync('npm', ['install', ...NPM_FLAGS], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm install for ${name} failed: ${stderr}`)
}

/** @returns the folder to run in, and the arguments of each run. */
function runsOf({ name, files, command }, folder) {
  if (command !== undefined) return { cwd: folder, runs: [command] }
  if (files[0] === '<promises-aplus>') return { cwd: folder, runs: [[aplus]] }
  const cwd = join(folder, 'node_modules', name)
  const all = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(cwd, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !path.startsWith('node_modules'))
  const paths = all.filter((path) => files.some((glob) => matchesGlob(path, glob)))
  if (paths.length === 0) throw new Error(`${name}: no test file found for ${files.join(', ')}`)
  // The reporter is an option that only the test runner's own process may be given.
  return { cwd, runs: paths.sort().map((path) => ['--test-reporter=tap', path]) }
}

/** With --import, Node itself runs the main script in a later turn of the event loop: this tells that apart. */
const NOTHING = '--import=data:text/javascript,'

function run(args, cwd, options) {
  const result = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    timeout: FILE_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: options, NODE_TEST_CONTEXT: undefined, ASYNC_TRACE: '', CI: 'true' },
  })
  return { ...outcomeOf(result), output: `${result.stdout}\n${result.stderr}` }
}

/** @returns the outcome of the bare run, and in what the traced run differs for certain. */
function compare(args, cwd) {
  const bare = [run(args, cwd, '')]
  const traced = [run(args, cwd, `--import=${register}`)]
  const isEqualTo = (some) => some.some((one) => traced.some((other) => differences(one, other).length === 0))
  while (!isEqualTo(bare) && traced.length < ROUNDS) {
    bare.push(run(args, cwd, ''))
    traced.push(run(args, cwd, `--import=${register}`))
  }
  const isEqual = isEqualTo(bare)
  const isNodes = !isEqual && isEqualTo([run(args, cwd, NOTHING)])
  const lines = isEqual || isNodes ? [] : differences(bare.at(-1), traced.at(-1))
  return { outcome: bare[0], isFlaky: isEqual && traced.length > 1, isNodes, lines, output: traced.at(-1).output }
}

function runSuite(suite, base) {
  const folder = join(base, suite.name.replace('/', '+'))
  install(suite, folder)
  const { cwd, runs } = runsOf(suite, folder)
  const sum = { files: runs.length, tests: 0, failing: 0, flaky: 0, nodes: 0, different: 0 }
  const startedMs = Date.now()
  for (const args of runs) {
    const path = args.at(-1)
    const { outcome, isFlaky, isNodes, lines, output } = compare(args, cwd)
    sum.tests += outcome.tests.length
    sum.failing += failuresOf(outcome)
    if (outcome.tests.length === 0 && outcome.end !== 'exit code 0')
      throw new Error(`${suite.name}: ${path} does not run: ${output}`)
    if (lines.length > 0) {
      sum.different++
      console.log(`DIFFERENT ${suite.name} ${path}\n  ${lines.slice(0, 20).join('\n  ')}`)
      console.log(output.slice(-2000).replaceAll(/^/gm, '  | '))
    } else if (isNodes) {
      sum.nodes++
      console.log(`differs by --import itself, also of an empty module: ${suite.name} ${path}`)
    } else if (isFlaky) {
      sum.flaky++
      console.log(`flaky by itself: ${suite.name} ${path}`)
    }
  }
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(0)
  console.log(
    `${suite.name}${suite.version === undefined ? '' : `@${suite.version}`}: ${sum.files} files, ${sum.tests} tests (${sum.failing} fail bare), ${sum.different} files differ, ${sum.nodes} by --import itself, ${sum.flaky} flaky, ${seconds} s`,
  )
  return sum
}

const base = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'async-trace-suites-')) : resolve(values.folder)
try {
  const names = values.only === '' ? null : values.only.split(',')
  const major = Number(process.versions.node.split('.')[0])
  const isChosen = ({ name, quick }) => (names === null ? !values.quick || quick === true : names.includes(name))
  const chosen = suites.filter((suite) => isChosen(suite) && major >= (suite.node ?? 20))
  if (chosen.length === 0) throw new Error(`no suite of suites.json is named ${values.only}`)
  console.log(`${chosen.length} suites, bare and with --import async-trace/register, Node ${process.version}`)
  const sums = chosen.map((suite) => runSuite(suite, base))
  const total = (key) => sums.reduce((sum, one) => sum + one[key], 0)
  console.log(
    `${total('files')} files, ${total('tests')} tests: ${total('different')} files differ, ${total('nodes')} by --import itself, ${total('flaky')} flaky`,
  )
  process.exitCode = total('different') === 0 ? 0 : 1
} finally {
  if (values.folder === undefined) rmSync(base, { recursive: true, force: true })
}
