// Node's own tests, each file run with an empty --import and with the tracer: both must end the same.
//   node test/harmless/node-tests.mjs [--only async-hooks,timers] [--all] [--jobs 2] [--folder kept-sources]
// The tests come from Debian's source packages, by apt-get, into a temporary folder; nothing of them is stored here.
// A line of Node.js that Debian has no sources of is skipped, which is said.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** The Debian suites that have sources; one may have two lines for a while. */
const SUITES = ['trixie', 'sid']
/** Of test/parallel: what the tracer touches. */
const TOUCHED =
  'async-hooks,async-local-storage,async-wrap,child-process,event,next-tick,process,promise,stream,timers,vm,worker'
/** A file whose two runs differ is run so often more: a flaky test is told from a difference. */
const ROUNDS = 3
const TIMEOUT_MS = 120_000

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: TOUCHED },
    all: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    folder: { type: 'string' },
  },
})
const line = process.versions.node.split('.')[0]
const known = JSON.parse(readFileSync(new URL('node-tests.json', import.meta.url), 'utf8'))
const register = new URL('../../dist/register.js', import.meta.url).href
const loaders = { bare: 'data:text/javascript,', traced: register }

/** @returns the folder with test/; null where it cannot be had. */
function fetchTests(folder) {
  const tests = join(folder, 'test')
  if (existsSync(join(tests, 'parallel'))) return tests
  if (spawnSync('apt-get', ['--version']).status !== 0) return skip('there is no apt-get')
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true })
  const sources = SUITES.map((suite) => `deb-src http://deb.debian.org/debian ${suite} main\n`)
  writeFileSync(join(folder, 'sources.list'), sources.join(''))
  const options = [
    `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option])
  const apt = (command, ...args) => spawnSync(command, [...options, ...args], { cwd: folder, encoding: 'utf8' })
  if (apt('apt-get', 'update').status !== 0) return skip('deb.debian.org cannot be reached')
  const versions = apt('apt-cache', 'showsrc', 'nodejs').stdout.matchAll(/^Version: (.*)$/gm)
  const version = [...versions].map((match) => match[1]).find((one) => one.startsWith(`${line}.`))
  if (version === undefined) return skip(`Debian ${SUITES.join(' and ')} have no sources of this line`)
  // Its exit code is of no use: of a version that is just being replaced, the signature may be gone and the sources there.
  apt('apt-get', 'source', '--download-only', '--tar-only', `nodejs=${version}`)
  const archive = readdirSync(folder).find((name) => /^nodejs_.*\.orig\.tar\.\w+$/.test(name))
  if (archive === undefined) return skip(`the sources of ${version} cannot be had`)
  const wanted = ['test/common', 'test/fixtures', 'test/parallel'].map((part) => `*/${part}/*`)
  spawnSync('tar', ['-xf', archive, '--strip-components=1', '--wildcards', ...wanted], { cwd: folder })
  console.log(`# ${archive}`)
  return existsSync(join(tests, 'parallel')) ? tests : skip(`${archive} has no tests`)
}

function skip(why) {
  console.log(`# skipped: Node.js ${process.versions.node}: ${why}`)
  return null
}

function isWanted(name) {
  if (!/^test-.*\.m?js$/.test(name)) return false
  return values.all || values.only.split(',').some((word) => name.includes(word))
}

/** @returns how a file ends. */
function run(tests, name, loader, job) {
  const file = join(tests, 'parallel', name)
  const flags = /^\/\/ Flags: (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1].split(/\s+/) ?? []
  const temporary = join(tests, '..', `tmp-${job}`)
  mkdirSync(temporary, { recursive: true })
  const env = {
    ...process.env,
    NODE_TEST_DIR: temporary,
    TEST_THREAD_ID: String(job),
    NODE_OPTIONS: '',
    ASYNC_TRACE: '',
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags.filter(Boolean), '--import', loader, file], {
      env,
      cwd: tests,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      if (errors.length < 20_000) errors += text
    })
    child.on('close', (code, signal) => resolve({ end: signal ?? `exit code ${code}`, errors }))
  })
}

/** @returns null where both end the same in one of the rounds. */
async function difference(tests, name, job) {
  for (let round = 0; ; round++) {
    const bare = await run(tests, name, loaders.bare, job)
    const traced = await run(tests, name, loaders.traced, job)
    if (bare.end === traced.end) return null
    if (round === ROUNDS) return { bare, traced }
  }
}

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'node-tests-'))
const found = []
let count = 0
try {
  const tests = fetchTests(folder)
  if (tests !== null) {
    const names = readdirSync(join(tests, 'parallel')).filter(isWanted)
    console.log(`# Node.js ${process.versions.node}: ${names.length} files`)
    const work = async (job) => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) {
        const differs = await difference(tests, name, job)
        count++
        if (differs === null) continue
        const why = known[name]
        found.push({ name, isKnown: why !== undefined })
        console.log(`${why === undefined ? 'not ok' : 'ok'} ${name} # ${why ?? 'differs'}`)
        console.log(`  bare ${differs.bare.end}, traced ${differs.traced.end}`)
        if (why === undefined) console.log(differs.traced.errors.slice(0, 2000).replaceAll(/^/gm, '  | '))
      }
    }
    await Promise.all(Array.from({ length: Number(values.jobs) }, (_, job) => work(job + 1)))
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true })
}
const unknown = found.filter(({ isKnown }) => !isKnown)
console.log(
  `# ${count} files, ${found.length} differ, ${found.length - unknown.length} of them listed in node-tests.json`,
)
process.exitCode = unknown.length === 0 ? 0 : 1
