// What `--import async-trace/node-test` adds to the output of node:test, and that nothing else of it changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addedLines, projects, run } from './runners.mjs'

const cwd = `${projects}node-test`
const entry = ['--import', 'async-trace/node-test']
const nodeMajor = Number(process.versions.node.split('.')[0])

async function added(file, { reporter = 'spec', flags = [], env = {}, endAt = null, bareEndAt = null } = {}) {
  const args = [...flags, '--test', `--test-reporter=${reporter}`, `${file}.mjs`]
  const quiet = { ASYNC_TRACE_QUIET_MS: '0', ...env }
  const [bare, traced] = await Promise.all([
    run(args, { cwd, env: quiet, endAt: bareEndAt }),
    run([...entry, ...args], { cwd, env: quiet, endAt }),
  ])
  assert.equal(traced.code, bare.code)
  return addedLines(bare.lines, traced.lines)
}

const STORED = 'a promise that nobody resolved; its resolve() is stored in the variable waiters'
const SOURCE = 'return await new Promise((resolve) => waiters.push(resolve))'
const STUCK = `
ℹ Still waiting when the test timed out:
ℹ   loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at stuck.mjs:12
ℹ     for ${STORED}
ℹ Still open: server [::]:… (opened at stuck.mjs:11)
ℹ Still open: setTimeout 1 min (set at stuck.mjs:16)
    ℹ Still waiting when the test timed out:
    ℹ   loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at stuck.mjs:23
    ℹ     for ${STORED}
    ℹ   the test function itself stuck.mjs:23
    ℹ     for Promise.all (index 0): loadUser()
  ℹ Still waiting when the test timed out:
  ℹ   loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at stuck.mjs:29
  ℹ     for ${STORED}`
const LEAKS = `
ℹ This test left behind:
ℹ   still pending: loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at leaks.mjs:10
ℹ       for a promise that nothing has settled: ${SOURCE}
ℹ This test left behind:
ℹ   still open: setInterval 1 s (set at leaks.mjs:14)
  ℹ This test left behind:
  ℹ   still open: socket 127.0.0.1:… (opened at leaks.mjs:31)
  ℹ This test left behind:
  ℹ   still open: server 127.0.0.1:… (opened at leaks.mjs:37)
  ℹ This test left behind:
  ℹ   still open: worker … (started at leaks.mjs:41)
  ℹ This test left behind:
  ℹ   still open: child process … node (started at leaks.mjs:46)`

function assertLines(lines, expected) {
  assert.equal(lines.join('\n'), expected.trim())
}

test('a test or hook that times out says what it waits for', async () => {
  assertLines(await added('stuck'), STUCK)
})

test('what each test leaves is named below it', async () => {
  assertLines(await added('leaks'), LEAKS)
})

test('ASYNC_TRACE_LEAKS=off says nothing of it', async () => {
  assertLines(await added('leaks', { env: { ASYNC_TRACE_LEAKS: 'off' } }), '')
})

test('ASYNC_TRACE_LEAKS=fail fails those tests, and no other', async () => {
  const args = [...entry, '--test', '--test-reporter=tap', 'leaks.mjs']
  const { code, lines } = await run(args, { cwd, env: { ASYNC_TRACE_LEAKS: 'fail', ASYNC_TRACE_QUIET_MS: '0' } })
  assert.equal(code, 1)
  const failed = lines.filter((line) => /^\s*not ok/.test(line)).map((line) => line.trim().replace(/.* - /, ''))
  const leaking = ['function', 'timer', 'socket', 'server', 'worker', 'child process']
  assert.deepEqual(failed, [...leaking.map((what) => `leaves a ${what}`), 'sockets'])
})

for (const file of ['clean', 'no-tests', 'broken', 'error-paths']) {
  test(`nothing is added or changed: ${file}.mjs`, async () => {
    for (const reporter of ['spec', 'tap']) assertLines(await added(file, { reporter }), '')
  })
}

test('all tests in one process', { skip: nodeMajor < 22 }, async () => {
  const flags = [nodeMajor === 22 ? '--experimental-test-isolation=none' : '--test-isolation=none']
  assertLines(await added('stuck', { flags }), STUCK)
  assertLines(await added('leaks', { flags }), LEAKS)
  assertLines(await added('clean', { flags }), '')
})

const waitsAt = (line) => `
ℹ Still waiting when the test timed out:
ℹ   loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at shapes.mjs:${line}
ℹ     for ${STORED}`

test('concurrent tests, tests made in a loop, and the clock of Sinon', async () => {
  assertLines(
    (await added('shapes')).map((line) => line.trimStart()),
    `${waitsAt(14)}${waitsAt(20)}${waitsAt(26)}
ℹ Still waiting when the test timed out:
ℹ   the test function itself shapes.mjs:33
ℹ     for a promise that nobody resolved; its resolve() is stored in TimerHeap.timers[…]
ℹ This test left behind:
ℹ   still pending: loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at shapes.mjs:40
ℹ       for a promise that nothing has settled: ${SOURCE}`,
  )
})

test('mock timers of node:test', async () => {
  assertLines(
    await added('mock-timers', { env: { NODE_NO_WARNINGS: '1' } }),
    `ℹ This test left behind:
ℹ   still pending: loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at mock-timers.mjs:10
ℹ       for a promise that nothing has settled: ${SOURCE}
ℹ Still waiting when the test timed out:
ℹ   the test function itself mock-timers.mjs:26
ℹ     for a promise that nothing has settled: await new Promise((resolve) => setTimeout(resolve, 1_000))`,
  )
})

test('with coverage, and in watch mode, which does not end', async () => {
  for (const [flag, endAt] of [
    ['--experimental-test-coverage', null],
    ['--watch', /ℹ tests/],
  ]) {
    const args = [...entry, '--test', flag, '--test-reporter=spec', 'stuck.mjs']
    const { lines } = await run(args, { cwd, env: { ASYNC_TRACE_QUIET_MS: '0' }, endAt })
    const text = lines.join('\n')
    for (const line of STUCK.trim().split('\n')) assert.ok(lines.includes(line), `${flag}: ${line}\n${text}`)
  }
})

test('a process that does not exit says what keeps it alive', async () => {
  const lines = await added('no-exit', { endAt: /kept alive by:\n.*server.*\n/, bareEndAt: /ends/ })
  assertLines(
    lines,
    `async-trace: the tests have ended, but the process has not exited within 2 s.
The process is kept alive by:
  server 127.0.0.1:…, made by <anonymous> no-exit.mjs:5`,
  )
})

test('an event loop without work: Node cancels the test, or waits for ever from Node 24 on', async () => {
  if (nodeMajor < 24) {
    const [heading] = await added('empty-loop')
    assert.equal(heading, 'ℹ Still waiting when the test was cancelled:')
    return
  }
  const args = [...entry, '--test', '--test-reporter=spec', 'empty-loop.mjs']
  const { lines } = await run(args, { cwd, env: { ASYNC_TRACE_QUIET_MS: '0' }, endAt: /for a promise.*\n/ })
  assertLines(
    lines,
    `async-trace: the test "waits for nothing that can happen" cannot end: the event loop has nothing left to do. Waiting:
  loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at empty-loop.mjs:5
    for ${STORED}`,
  )
})
