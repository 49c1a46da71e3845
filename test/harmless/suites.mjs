// Other people's test suites, each file run bare and with the tracer loaded: the same tests must pass and fail.
//   node test/harmless/suites.mjs [--only avvio,pino] [--quick] [--folder kept-installs]
// The packages come from the npm registry at the pinned versions of suites.json, into a temporary folder.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

function install({ name, version, with: others }, folder) {
  if (existsSync(join(folder, 'node_modules', name, 'package.json'))) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies: { ...others, [name]: version } }),
  )
  const flags = [
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-package-lock',
    '--legacy-peer-deps',
    '--loglevel=error',
  ]
  const { status, stderr } = spawnSync('npm', ['install', ...flags], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm install of ${name}@${version} failed: ${stderr}`)
}

function filesOf({ name, files, leftOut = {} }, folder) {
  if (files[0] === '<promises-aplus>') return { cwd: folder, paths: [aplus] }
  const cwd = join(folder, 'node_modules', name)
  const all = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(cwd, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !path.startsWith('node_modules'))
  const paths = all.filter((path) => files.some((glob) => matchesGlob(path, glob)) && leftOut[path] === undefined)
  if (paths.length === 0) throw new Error(`${name}: no test file found for ${files.join(', ')}`)
  return { cwd, paths: paths.sort() }
}

/** With --import, Node itself runs the main script in a later turn of the event loop: this tells that apart. */
const NOTHING = '--import=data:text/javascript,'

function run(path, cwd, options) {
  // The reporter is an option that only the test runner's own process may be given.
  const result = spawnSync(process.execPath, ['--test-reporter=tap', path], {
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
function compare(path, cwd) {
  const bare = [run(path, cwd, '')]
  const traced = [run(path, cwd, `--import=${register}`)]
  const isEqualTo = (some) => some.some((one) => traced.some((other) => differences(one, other).length === 0))
  while (!isEqualTo(bare) && traced.length < ROUNDS) {
    bare.push(run(path, cwd, ''))
    traced.push(run(path, cwd, `--import=${register}`))
  }
  const isEqual = isEqualTo(bare)
  const isNodes = !isEqual && isEqualTo([run(path, cwd, NOTHING)])
  const lines = isEqual || isNodes ? [] : differences(bare.at(-1), traced.at(-1))
  return { outcome: bare[0], isFlaky: isEqual && traced.length > 1, isNodes, lines, output: traced.at(-1).output }
}

function runSuite(suite, base) {
  const folder = join(base, suite.name.replace('/', '+'))
  install(suite, folder)
  const { cwd, paths } = filesOf(suite, folder)
  const sum = { files: paths.length, tests: 0, failing: 0, flaky: 0, nodes: 0, different: 0 }
  const startedMs = Date.now()
  for (const path of paths) {
    const { outcome, isFlaky, isNodes, lines, output } = compare(path, cwd)
    sum.tests += outcome.tests.length
    sum.failing += failuresOf(outcome) + (outcome.tests.length === 0 && outcome.end !== 'exit code 0' ? 1 : 0)
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
    `${suite.name}@${suite.version}: ${sum.files} files, ${sum.tests} tests (${sum.failing} fail bare), ${sum.different} files differ, ${sum.nodes} by --import itself, ${sum.flaky} flaky, ${seconds} s`,
  )
  return sum
}

const base = values.folder === undefined ? mkdtempSync(join(tmpdir(), 'async-trace-suites-')) : resolve(values.folder)
try {
  const names = values.only === '' ? null : values.only.split(',')
  const chosen = suites.filter(({ name, quick }) =>
    names === null ? !values.quick || quick === true : names.includes(name),
  )
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
