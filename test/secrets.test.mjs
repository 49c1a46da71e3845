// What is shown of a program is where it waits, never with what: values of its variables come out nowhere.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { casesOf } from './every-case.mjs'
import { until } from './targets.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const command = fileURLToPath(new URL('../dist/cli/async-trace.js', import.meta.url))
const register = new URL('../dist/register.js', import.meta.url).href
// Letters only: such a word could be the name of a field.
const secret = `s${Math.random()
  .toString(36)
  .replace(/[^a-z]/g, '')}z`
const folder = mkdtempSync(join(tmpdir(), 'async-trace-secrets-'))
const temporary = mkdtempSync(join(tmpdir(), 'async-trace-secrets-tmp-'))
const env = {
  ...process.env,
  SECRET: secret,
  NODE_OPTIONS: '',
  ASYNC_TRACE_DUMP: `${folder}/`,
  ASYNC_TRACE_SIGNAL: 'SIGUSR2',
  TMPDIR: temporary,
}

/** The program with its inspector open on a free port, so that nobody has to signal it. */
function start(args) {
  const file = fileURLToPath(new URL('fixtures/secrets.mjs', import.meta.url))
  const child = spawn(process.execPath, [...args, '--inspect=127.0.0.1:0', file], { env, cwd: root })
  let text = ''
  const ready = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
        // A task may be READY as well.
        if (/^READY$/m.test(text)) resolve()
      })
    }
    child.on('exit', (code) => reject(new Error(`it ended with ${code}:\n${text}`)))
  })
  return { child, ready, text: () => text }
}

let program
before(async () => {
  program = start(['--import', register])
  await program.ready
})
after(() => {
  program.child.removeAllListeners('exit').kill('SIGKILL')
  for (const each of [folder, temporary]) rmSync(each, { recursive: true })
})

/** Where the secret stands in a text, if it does. */
const leakIn = (text) =>
  text.includes(secret) ? text.slice(Math.max(0, text.indexOf(secret) - 300)).slice(0, 360) : null

test('what the program itself shows: traces, tasks, graphs, the endpoint, the page', () => {
  const text = program.text()
  for (const name of ['open()', 'closure()', 'inTimer()', 'inStorage()', 'inChild()', 'inWorker()', 'shows()']) {
    assert.ok(text.includes(name), `${name} is shown`)
  }
  assert.equal(leakIn(text), null)
})

test('the dump on a signal, in a file that only its owner reads', async () => {
  program.child.kill('SIGUSR2')
  const dumps = () => readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  await until(() => dumps().some((text) => text.endsWith('\n')))
  const [text] = dumps()
  assert.ok(text.includes('inTimer'))
  assert.equal(leakIn(text), null)
})

const COMMANDS = [
  ['tree'],
  ['tree', '--threads', '--json'],
  ['ps', '--heap'],
  ['ps', '--heap', '--json'],
  ['tree', '--heap'],
  ['tree', '--heap', '--json'],
  ['graph', '--heap', '--format', 'dot'],
  ['graph', '--heap', '--format', 'mermaid'],
  ['graph', '--heap', '--format', 'html'],
]
const skip = process.platform === 'linux' ? false : 'the command reads /proc'

for (const [name, ...args] of casesOf(COMMANDS, (_, i) => i === 0 || i === 3 || i === 8)) {
  test(`async-trace ${[name, ...args].join(' ')}`, { skip }, async () => {
    const ran = spawnSync(process.execPath, [command, name, String(program.child.pid), ...args], {
      env,
      encoding: 'utf8',
    })
    if (ran.status !== 0) await new Promise((r) => setTimeout(r, 3000))
    const { exitCode, signalCode } = program.child
    assert.equal(ran.status, 0, `${ran.stderr}\nexit code ${exitCode}, ${signalCode}: ${program.text().slice(-2_000)}`)
    assert.match(ran.stdout, /inTimer|open/)
    assert.equal(leakIn(ran.stdout + ran.stderr), null)
    const left = readdirSync(temporary, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    // What it has read of Node's executable is kept for the next command.
    const names = left
      .map(({ name }) => name)
      .filter((each) => !/^(?:engine|variables)-\d+-[0-9a-f]{64}\.json$/.test(each))
    assert.deepEqual(names, [], 'no snapshot of the heap is left')
  })
}
