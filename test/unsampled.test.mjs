// What sampling does not follow is in the dumps all the same: read from the heap, and marked so.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { runFile } from './node.mjs'

let told
before(() => {
  told = JSON.parse(runFile('./fixtures/unsampled.mjs'))
})

const names = ({ stack }) => stack.map(({ name, line }) => `${name}:${line}`).join(' ')

test('each suspended function is a frame of its task, at its await', () => {
  const stacks = told.dump.tasks.map(names).sort()
  assert.deepEqual(stacks, ['both:19', 'handle:15 query:10', 'handle:15 query:10', 'handle:15 query:10', 'query:10'])
})

test('where and when it began is not known, and that is said', () => {
  for (const { ageMs, createdPath, task } of told.dump.tasks) {
    assert.equal(ageMs, null)
    assert.equal(task.createdAt, null)
    assert.deepEqual(
      createdPath.map(({ name }) => name),
      ['<not sampled>'],
    )
  }
  assert.match(told.dump.threads[0].incomplete, /^Sampling follows .* read from the heap/)
})

test('the graph has what they wait for', () => {
  const { nodes, edges } = told.graph
  const label = (id) => nodes.find((node) => node.id === id).label.replace(/^Task-\d+ /, '')
  const waits = edges.map(({ from, to, via }) => `${label(from)} ${via ?? 'await'} ${label(to)}`).sort()
  assert.deepEqual(
    [...new Set(waits)],
    [
      "both() Promise.all event 'told' of EventEmitter",
      'both() Promise.all query()',
      'handle() await unresolved promise; its resolve() is stored in the variable queue',
      'query() await unresolved promise; its resolve() is stored in the variable queue',
    ],
  )
})

test('without the heap nothing is listed, and that is said', () => {
  const { tasks, threads } = told.without
  assert.equal(tasks.length, 0)
  assert.match(threads[0].incomplete, /what the others wait for is not shown\. \{ heap: true \} reads the heap, /)
})
