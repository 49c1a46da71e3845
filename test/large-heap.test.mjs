// A heap that is too large for a snapshot is read from memory: with the same answer, and without a trace of the question.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('./fixtures/large-heap.mjs', import.meta.url))

function answerOf(...args) {
  const options = { encoding: 'utf8', env: { ...process.env, ASYNC_TRACE: 'off' }, timeout: 10 * 60_000 }
  // It ends by itself: nothing that was asked keeps it alive.
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [file, ...args], options)
  assert.deepEqual({ status, signal }, { status: 0, signal: null }, stderr)
  const masked = stdout
    .replace(/, [^,"\\]+ remaining/g, '')
    .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/began [\d.]+ s/g, 'began N s')
    // What nothing recorded is numbered in the order in which it was found.
    .replace(/(?:Worker-\d+ \()?Task-\d+\)?/g, 'Task-N')
    .replace(/id=\d+/g, 'id=N')
  const { tree, ...answer } = JSON.parse(masked)
  // Nor is there an order of it.
  return { ...answer, tree: tree.split('\n\n').sort().join('\n\n') }
}

const skip = process.platform !== 'linux' && 'memory is read on Linux only'
let bySnapshot
const snapshotAnswer = () => (bySnapshot ??= answerOf('snapshot', 'main'))

test('what a snapshot tells, memory tells as well', { skip }, () => {
  const { snapshots, ...answer } = answerOf('memory', 'main')
  const { snapshots: taken, ...expected } = snapshotAnswer()
  assert.deepEqual({ snapshots, taken: taken > 0 }, { snapshots: 0, taken: true })
  assert.deepEqual(answer, expected)
  assert.match(answer.tree, /load\(\) large-heap\.mjs:\d+/)
  assert.match(answer.tree, /its resolve\(\) is stored in Pool\.waiters/)
  assert.match(answer.tree, /event 'data' of socket ADDRESS/)
  assert.match(answer.callStack, /load/)
})

test('so it does in a worker thread', { skip }, () => {
  const { snapshots, ...answer } = answerOf('memory', 'worker')
  const { snapshots: _, ...expected } = snapshotAnswer()
  assert.equal(snapshots, 0)
  assert.deepEqual(answer, expected)
})

test('the thread that read it has ended before other threads are listed', { skip }, () => {
  const fixture = fileURLToPath(new URL('./fixtures/threads-after-heap.mjs', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, [fixture], { encoding: 'utf8', timeout: 60_000 })
  assert.match(stdout, /^\{/, stderr)
  const { before, seen } = JSON.parse(stdout)
  assert.deepEqual(seen, [before, before, before])
})
