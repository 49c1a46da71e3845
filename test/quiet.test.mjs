// A run that produces nothing for some time says what is pending, or what blocks its event loop.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testEveryCase } from './every-case.mjs'
import { projects, run } from './runners.mjs'

const cwd = `${projects}quiet`

const ALONE = ['--import', 'async-trace/node-test', '--test-reporter=tap']
/** The process of the runner is told to load the entry, too. */
const BELOW_RUNNER = ['--require', 'async-trace/node-test', '--test', '--test-reporter=tap']

async function said(file, { quietMs = '1000', endAt = null, flags = ALONE } = {}) {
  const args = [...flags, `${file}.mjs`]
  const { code, lines: printed } = await run(args, { cwd, env: { ASYNC_TRACE_QUIET_MS: quietMs }, endAt })
  // What a process of the runner prints is a comment in its report.
  const lines = printed.map((line) => line.replace(/^# /, ''))
  const start = lines.findIndex((line) => line.startsWith('async-trace:'))
  return { code, text: start === -1 ? '' : lines.slice(start).join('\n') }
}

/** What is listed in no certain order. */
function sections(text) {
  return text.split(/\n(?=\S)/).map((section) => section.split(/\n(?= {2}\S)/).sort())
}

/** Its memory cannot be read everywhere. */
const NATIVE_END = /native\.mjs:5:3\)\n|execSync\(\).*\n/

test('what is pending is printed, and at twice the limit only what has not changed', async () => {
  const { text } = await said('idle', { quietMs: '1500', endAt: /Open since then:\n.*\n.*\n/ })
  assert.deepEqual(
    sections(text),
    sections(`async-trace: no output and no test event for 1.5 s, in the test "polls".
Still waiting:
  first() idle.mjs:15    called at idle.mjs:20
    for setTimeout … ms, … remaining (idle.mjs:15)
  poll() idle.mjs:11    called at idle.mjs:21
    for setTimeout … ms, … remaining (idle.mjs:11)
  <anonymous> idle.mjs:22 → acquire() idle.mjs:7    called at idle.mjs:18
    for a promise that nothing has settled
Still open:
  setTimeout … ms (set at idle.mjs:11)
  setTimeout 2.5 s (set at idle.mjs:15)
  server 127.0.0.1:… (opened at idle.mjs:19)
async-trace: no output and no test event for 3 s, in the test "polls".
Waiting since then:
  poll() idle.mjs:11    called at idle.mjs:21
    for setTimeout … ms, … remaining (idle.mjs:11)
  <anonymous> idle.mjs:22 → acquire() idle.mjs:7    called at idle.mjs:18
    for a promise that nothing has settled
Open since then:
  setTimeout … ms (set at idle.mjs:11)
  server 127.0.0.1:… (opened at idle.mjs:19)`),
  )
})

test('a loop that never returns: its stack, twice', async () => {
  const { text } = await said('busy', { endAt: /still blocked[\s\S]*busy\.mjs:15.*\n/ })
  const stack = /^ {4}at loop \(.*busy\.mjs:10\)\n {4}at <anonymous> \(.*busy\.mjs:15\)/m
  const [first, second] = text.split(/(?=async-trace: no output and no test event for 2 s)/)
  assert.match(
    first,
    /^async-trace: no output and no test event for 1 s, in the test "never returns"\.\n.* blocked by:\n/,
  )
  assert.match(first, stack)
  assert.match(second, /^The event loop is still blocked\. Unchanged on its stack:$/m)
  assert.match(second, stack)
})

test('processes of a runner have no thread that watches: the runner asks them', async () => {
  const { text } = await said('busy', {
    flags: BELOW_RUNNER,
    quietMs: '3000',
    endAt: /blocked by[\s\S]*busy\.mjs:15.*\n/,
  })
  assert.match(
    text,
    /^async-trace: no output and no test event for 3 s, in the test "never returns"\.\n.* blocked by:\n/,
  )
  assert.match(text, /^ {4}at loop \(.*busy\.mjs:10\)\n {4}at <anonymous> \(.*busy\.mjs:15\)/m)
  const { code, text: ofTalks } = await said('talks', { flags: BELOW_RUNNER, quietMs: '3000' })
  assert.deepEqual({ code, text: ofTalks }, { code: 0, text: '' })
})

testEveryCase(
  'processes of a runner: one whose event loop turns prints by itself, of one in native code the memory is read',
  async () => {
    const idle = await said('idle', { flags: BELOW_RUNNER, quietMs: '3000', endAt: /Open since then:\n.*\n.*\n/ })
    assert.match(idle.text, /^async-trace: .* for 3 s, in the test "polls"\.\nStill waiting:\n/)
    assert.doesNotMatch(idle.text, /Debugger/)
    const native = await said('native', { flags: BELOW_RUNNER, quietMs: '3000', endAt: NATIVE_END })
    assert.match(
      native.text,
      /^async-trace: .* for 3 s, in process \d+ \(.*native\.mjs\)\.\nThe event loop is blocked by native code, called by:\n {4}at <anonymous> \(.*native\.mjs:5\)$/,
    )
  },
)

test('microtasks without end', async () => {
  const { text } = await said('microtasks', { endAt: /microtasks\.mjs:\d+.*\n/ })
  assert.match(text, /in the test "awaits without end"\.\nThe event loop is blocked by:\n {4}at .*microtasks\.mjs:/)
})

test('a synchronous call that cannot be interrupted', async () => {
  const { text } = await said('native', { endAt: NATIVE_END })
  assert.match(
    text,
    /^async-trace: no output and no test event for 1 s, in the test "runs a command"\.\nThe event loop is blocked by native code, called by:\n {4}at <anonymous> \(.*native\.mjs:5\)$/,
  )
})

test('output and test events are no quiet, and 0 is never', async () => {
  assert.deepEqual(await said('talks'), { code: 0, text: '' })
  assert.deepEqual(await said('talks', { quietMs: '0' }), { code: 0, text: '' })
})
