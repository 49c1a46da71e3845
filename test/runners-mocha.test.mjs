// What `mocha --require async-trace/mocha` adds to mocha's output, and that nothing else of it changes.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { addedLines, built, projects, run } from './runners.mjs'

const cwd = `${projects}mocha`
const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

/** @param entry mocha finds packages from where it is itself, which is no place from which this one can be named. */
async function added(file, { flags = [], entry = 'mocha.js', endAt = null, bareEndAt = null } = {}) {
  const args = [...flags, `${file}.mjs`]
  const env = { ASYNC_TRACE_QUIET_MS: '0' }
  const [bare, traced] = await Promise.all([
    run([mocha, ...args], { cwd, env, endAt: bareEndAt }),
    run([mocha, '--require', built + entry, ...args], { cwd, env, endAt }),
  ])
  assert.equal(traced.code, bare.code)
  return addedLines(bare.lines, traced.lines).join('\n')
}

const STORED = 'a promise that nobody resolved; its resolve() is stored in the variable waiters'
const SOURCE = 'return await new Promise((resolve) => waiters.push(resolve))'
const STUCK = `Still waiting when the test timed out:
  loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at stuck.mjs:16
    for ${STORED}
Still open: server [::]:… (opened at stuck.mjs:15)
Still open: setTimeout 1 min (set at stuck.mjs:20)
Still open: setTimeout 1 min 30 s (set at stuck.mjs:25)
Still waiting when the test timed out:
  loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at stuck.mjs:40
    for ${STORED}`
const LEAKS = `async-trace: "leaves a function" left behind:
  still pending: loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at leaks.mjs:13
      for a promise that nothing has settled: ${SOURCE}
async-trace: "leaves a timer" left behind:
  still open: setInterval 1 s (set at leaks.mjs:17)
async-trace: "leaves a server" left behind:
  still open: server 127.0.0.1:… (opened at leaks.mjs:22)`

for (const entry of ['mocha.js', 'cjs/mocha.js']) {
  test(`a test or hook that times out says what it waits for: ${entry}`, async () => {
    assert.equal(await added('stuck', { entry }), STUCK)
  })

  test(`what each test leaves is named: ${entry}`, async () => {
    assert.equal(await added('leaks', { entry }), LEAKS)
  })

  test(`nothing is added or changed where nothing is left: ${entry}`, async () => {
    assert.equal(await added('clean', { entry }), '')
  })
}

test('a retry, tests made in a loop, and the clock of Sinon', async () => {
  assert.equal(
    await added('shapes'),
    `async-trace: "leaves a function while that stands still" left behind:
  still pending: loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at shapes.mjs:34
      for a promise that nothing has settled: ${SOURCE}
Still waiting when the test timed out:
  loadUser() pool.mjs:8 → acquire() pool.mjs:4    called at shapes.mjs:22
    for ${STORED}
Still waiting when the test timed out:
  the test function itself shapes.mjs:28
    for a promise that nobody resolved; its resolve() is stored in TimerHeap.timers[…]`,
  )
})

test('nothing is recorded of what mocha itself does', async () => {
  assert.equal(await added('many'), '')
})

test('in the worker processes of --parallel', async () => {
  assert.equal(await added('stuck', { flags: ['--parallel'] }), STUCK)
})

test('reporters that machines read get it as part of the message', async () => {
  const args = [mocha, '--require', `${built}mocha.js`, '--reporter', 'json', 'stuck.mjs']
  const { lines } = await run(args, { cwd, env: { ASYNC_TRACE_QUIET_MS: '0' } })
  const { failures } = JSON.parse(lines.join('\n'))
  assert.match(
    failures[0].err.message,
    /^Timeout of … ms exceeded\.[\s\S]*\n\nStill waiting when the test timed out:\n {2}loadUser/,
  )
  const byItself = failures.find(({ title }) => title === 'fails by itself')
  assert.doesNotMatch(byItself.err.message, /Still/)
})

test('ASYNC_TRACE_LEAKS=fail fails those tests', async () => {
  const args = [mocha, '--require', `${built}mocha.js`, '--reporter', 'json', 'leaks.mjs']
  const { code, lines } = await run(args, { cwd, env: { ASYNC_TRACE_QUIET_MS: '0', ASYNC_TRACE_LEAKS: 'fail' } })
  const { failures } = JSON.parse(lines.join('\n'))
  assert.deepEqual(
    failures.map(({ title, err }) => [title, /^This test left behind:\n/.test(err.message)]),
    ['function', 'timer', 'server'].map((what) => [`leaves a ${what}`, true]),
  )
  assert.equal(code, 3)
})

test('a process that does not exit says what keeps it alive', async () => {
  assert.equal(
    await added('no-exit', { endAt: /kept alive by:\n.*server.*\n/, bareEndAt: /passing/ }),
    `async-trace: Hooks left behind:
  still open: server 127.0.0.1:… (opened at no-exit.mjs:4)
async-trace: the tests have ended, but the process has not exited within 2 s.
The process is kept alive by:
  server 127.0.0.1:…, made by <anonymous> no-exit.mjs:4`,
  )
})
