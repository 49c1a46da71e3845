// What test runners print with one line of configuration: the whole output, without what differs from run to run.
// `node test/runners.test.mjs --write` writes what is expected; read the difference before you commit it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withoutColumns } from './columns.mjs'
import { casesOf, testEveryCase } from './every-case.mjs'
import { run as runUntil } from './runners.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const runners = new URL('runners/', import.meta.url)
const bin = (path) => `${root}node_modules/${path}`
const isWriting = process.argv.includes('--write')

const vitest = [bin('vitest/vitest.mjs'), 'run']
const jest = [bin('jest/bin/jest.js'), '--runInBand', '--forceExit']

const SAID = [
  'loadUser() lib.js:8 → acquire() lib.js:4    called at stuck.test.js:',
  'Still open: setInterval 1 s (set at stuck.test.js:',
  '"leaves a function" left behind:',
  '"leaves a timer" left behind:',
  '"leaves a socket" left behind:',
  '"leaves a server" left behind:',
]

/** @returns the runner's output and exit code. */
function run(project, args, env = {}) {
  const options = {
    cwd: new URL(`${project}/`, runners),
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, NO_COLOR: '1', CI: '1', FORCE_COLOR: undefined, ...env },
  }
  const { stdout, stderr, status } = spawnSync(process.execPath, args, options)
  return { text: withoutColumns(`${stdout}${stderr}`), status }
}

function masked(text) {
  return text
    .replaceAll(root, '<root>/')
    .replaceAll(process.execPath, '<node>')
    .replace(/(127\.0\.0\.1):\d+/g, '$1:<port>')
    .replace(/child process \d+ /g, 'child process <pid> ')
    .replace(/worker \d+ (?=\(started)/g, 'worker <n> ')
    .replace(/\d+(?:\.\d+)? ?(?:ms|s) remaining/g, '<time> remaining')
    .replace(/^(?: {3}Start at| {3}Duration|Time: ).*\n/gm, '')
    .replace(/ v\d+\.\d+\.\d+ /, ' <version> ')
    .replace(/ +\(?\d+(?:\.\d+)? ?m?s\)?$/gm, '')
    .replace(/\(\d+(?:\.\d+)? ms\)/g, '')
    .replace(/ +$/gm, '')
    .replace(/:\d+\)$/gm, (place, at, all) => (isOfPackage(all, at) ? ':<place>)' : place))
}

/** Lines of the runners' own code differ with their versions. */
function isOfPackage(text, at) {
  return text.slice(text.lastIndexOf('\n', at) + 1, at).includes('node_modules')
}

function prints(name, project, args, { env, fails = false } = {}) {
  test(name, () => {
    const { text, status } = run(project, args, env)
    const file = new URL(`${project}/${name.replaceAll(/[^a-z0-9]+/gi, '-')}.txt`, runners)
    if (isWriting) writeFileSync(file, masked(text))
    assert.equal(masked(text), readFileSync(file, 'utf8'))
    assert.equal(status, fails ? 1 : 0)
  })
}

prints('vitest stuck', 'vitest', [...vitest, 'stuck'], { fails: true })
prints('vitest leaks', 'vitest', [...vitest, 'leaks'])
prints('vitest clean', 'vitest', [...vitest, 'clean'])
prints('vitest leaks that fail', 'vitest', [...vitest, 'leaks'], { env: { ASYNC_TRACE_LEAKS: 'fail' }, fails: true })
for (const pool of casesOf(['threads', 'vmThreads', 'vmForks'], (each) => each === 'threads')) {
  test(`vitest --pool=${pool}`, () => {
    const { text } = run('vitest', [...vitest, 'stuck', 'leaks', `--pool=${pool}`])
    for (const said of SAID) assert.ok(text.includes(said.replaceAll('.js', '.mjs')), `${said}\n${text}`)
  })
}
testEveryCase('vitest --coverage: the same lines, and the coverage of the file', () => {
  const { text } = run('vitest', [
    ...vitest,
    'stuck',
    'leaks',
    '--coverage',
    '--coverage.reporter=text',
    '--coverage.reportOnFailure',
  ])
  for (const said of SAID) assert.ok(text.includes(said.replaceAll('.js', '.mjs')), `${said}\n${text}`)
  assert.match(text, /resolve\(\) is stored in pool\.waiters/)
  assert.match(text, / lib\.mjs +\| +[\d.]+ \|/)
})
test('vitest: reports as JSON and JUnit have it', () => {
  for (const reporter of casesOf(['json', 'junit'], (each) => each === 'json')) {
    const { text } = run('vitest', [...vitest, 'stuck', `--reporter=${reporter}`])
    assert.match(
      text,
      /Still waiting when the test timed out:(?:\\n|\n) {2}loadUser\(\) lib\.mjs:8 → acquire\(\) lib\.mjs:4/,
    )
  }
})

prints('jest stuck', 'jest', [...jest, 'stuck'], { fails: true })
prints('jest leaks', 'jest', [...jest, 'leaks'])
prints('jest clean', 'jest', [...jest, 'clean'])
prints('jest leaks that fail', 'jest', [...jest, 'leaks'], { env: { ASYNC_TRACE_LEAKS: 'fail' }, fails: true })
testEveryCase('jest: the report as JSON has it', () => {
  const { text } = run('jest', [...jest, 'stuck', '--json'])
  assert.match(text, /Still waiting when the test timed out:\\n {2}loadUser\(\) lib\.js:8 → acquire\(\) lib\.js:4/)
})
test('jest: what logs after a file is over is said with its path, below what Jest says of it', () => {
  const file = join(tmpdir(), `async-trace-late-log-${process.pid}`)
  const config = { setupFilesAfterEnv: ['async-trace/jest'], transform: {}, globalTeardown: './when-over.cjs' }
  const args = [...jest, 'late-log', '--rootDir=.', `--config=${JSON.stringify(config)}`]
  const { text } = run('jest', args, { LATE_LOG: file })
  const [, said = ''] = text.split('Cannot log after tests are done')
  const [complaint, path = ''] = said.split('async-trace: this was logged by\n')
  // Nothing of ours is in Jest's stack, and its lines of code are those that log.
  assert.match(
    complaint,
    />( \d+) \| +console\.log\('late'\)[\s\S]*at report \(late-log[\s\S]*at Timeout\.look \(late-log/,
  )
  assert.doesNotMatch(complaint, /dist/)
  assert.deepEqual(
    [...path.matchAll(/ {4}(?:at ([\w<>]+) .*late-log|-- (\w+) Task)/g)].map(([, name, boundary]) => name ?? boundary),
    ['report', 'look', 'interval', 'watch', '<anonymous>'],
  )
})

test('jest with a transform by Babel, in workers', () => {
  const config = { setupFilesAfterEnv: ['async-trace/jest'], transform: { '\\.js$': 'babel-jest' } }
  const args = ['stuck', 'leaks', '--workers=2', `--config=${JSON.stringify(config)}`, '--rootDir=.']
  const { text } = run('jest', [bin('jest/bin/jest.js'), '--forceExit', ...args])
  for (const said of SAID) assert.ok(text.includes(said), `${said}\n${text}`)
})
const KEPT_ALIVE =
  /The process is kept alive by:\n {2}server 127\.0\.0\.1:\d+, made by <anonymous> no-exit\.test\.js:4$/m

test('jest: a worker process that does not exit says what keeps it alive', () => {
  // In worker processes, however short the tests are.
  const { text } = run('jest', [
    bin('jest/bin/jest.js'),
    '--workers=2',
    '--workerIdleMemoryLimit=1GB',
    'no-exit',
    'clean',
  ])
  assert.match(text, KEPT_ALIVE)
  assert.match(text, /A worker process has failed to exit gracefully/)
})
test('jest: a run that does not exit says what keeps it alive', async () => {
  const cwd = fileURLToPath(new URL('jest/', runners))
  const { lines } = await runUntil([bin('jest/bin/jest.js'), '--runInBand', 'no-exit'], { cwd, endAt: /made by .*\n/ })
  const text = lines.join('\n')
  assert.match(text, /Jest did not exit one second after the test run has completed/)
  assert.match(text, /kept alive by:\n {2}server 127\.0\.0\.1:…, made by <anonymous> no-exit\.test\.js:4$/m)
})
test('ASYNC_TRACE_LEAKS=off says nothing of what is left', () => {
  const { text, status } = run('vitest', [...vitest, 'leaks'], { ASYNC_TRACE_LEAKS: 'off' })
  assert.equal(text.includes('left behind'), false, text)
  assert.equal(status, 0)
})

const LEFT_AMID_FAKE_TIMERS = '"leaves something while a clock stands still" left behind:'

// `performance.now()` stands still as well then, and nothing of ours may wait for it.
testEveryCase('vitest: test.each, a retry, concurrent tests and fake timers, in TypeScript', () => {
  const { text } = run('vitest', [...vitest, 'shapes'])
  const stuck = [23, 35].map(
    (line) => `confirm() shapes.test.ts:14 → acquire() lib.mjs:4    called at shapes.test.ts:${line}`,
  )
  for (const said of [...stuck, 'the test function itself shapes.test.ts:44'])
    assert.ok(text.includes(said), `${said}\n${text}`)
  assert.ok(text.includes(LEFT_AMID_FAKE_TIMERS), text)
  assert.match(text, /Tests {2}3 failed \| 4 passed/)
})
testEveryCase('jest: test.each, a retry and fake timers', () => {
  const { text } = run('jest', [...jest, 'shapes'])
  for (const said of ['called at shapes.test.js:16', 'the test function itself shapes.test.js:29']) {
    assert.ok(text.includes(said), `${said}\n${text}`)
  }
  assert.ok(text.includes(LEFT_AMID_FAKE_TIMERS), text)
  assert.match(text, /Tests: +2 failed, 3 passed/)
})
testEveryCase('vitest --no-isolate', () => {
  const { text } = run('vitest', [...vitest, 'stuck', 'leaks', '--no-isolate'])
  for (const said of SAID) assert.ok(text.includes(said.replaceAll('.js', '.mjs')), `${said}\n${text}`)
})
testEveryCase('jest --coverage', () => {
  const config = { setupFilesAfterEnv: ['async-trace/jest'], transform: { '\\.js$': 'babel-jest' } }
  const args = ['stuck', 'leaks', '--coverage', `--config=${JSON.stringify(config)}`, '--rootDir=.']
  const { text } = run('jest', [...jest, ...args, `--coverageDirectory=${join(tmpdir(), `coverage-${process.pid}`)}`])
  for (const said of SAID) assert.ok(text.includes(said), `${said}\n${text}`)
})
testEveryCase('vitest in watch mode, which does not end', async () => {
  const cwd = fileURLToPath(new URL('vitest/', runners))
  const { lines } = await runUntil([bin('vitest/vitest.mjs'), 'watch', 'stuck'], {
    cwd,
    endAt: /Waiting for file changes|PASS/,
  })
  const text = lines.join('\n')
  for (const said of SAID.slice(0, 2)) assert.ok(text.includes(said.replaceAll('.js', '.mjs')), `${said}\n${text}`)
})
