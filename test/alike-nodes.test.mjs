// In a tree, nodes that are alike share a line with their number; nothing is merged that would look like something else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationText } from '../dist/model/duration-text.js'
import { formatWaitGraph } from '../dist/showing.js'
import { at, edge, node } from './samples.mjs'

const tree = (nodes, edges, { cycles = [], ...options } = {}) =>
  formatWaitGraph({ nodes, edges, cycles }, { paths: 'basename', ...options })
const job = (id) => node(id, { label: `Task-${id} job()`, stack: [at('job', 'job.mjs', 7)] })
const timer = (id, remainingMs) => {
  const label = `setTimeout 5000 ms, ${durationText(remainingMs)} remaining`
  return node(id, { kind: 'timer', label, leaf: { kind: 'timer', label, createdAt: null, delayMs: 5000, remainingMs } })
}
const lock = (id) => node(id, { kind: 'promise', label: 'unresolved promise; its resolve() is stored in Lock.queue' })

test('jobs at one place that wait for one thing are one line; `all` lists each', () => {
  const nodes = [job(1), job(2), job(3), lock(4)]
  const edges = [edge(1, 4), edge(2, 4), edge(3, 4)]
  assert.equal(
    tree(nodes, edges),
    'job() ×3\n│  job() job.mjs:7:3\n└─ unresolved promise; its resolve() is stored in Lock.queue',
  )
  assert.equal(tree(nodes, edges, { all: true }).match(/Task-\d job\(\)/g).length, 3)
})

test('what each has for itself is counted too, with the range of what differs', () => {
  const nodes = [job(1), job(2), timer(3, 12), timer(4, 4800)]
  const edges = [edge(1, 3), edge(2, 4)]
  const leaf = '└─ setTimeout 5000 ms, 12 ms to 4.8 s remaining ×2'
  assert.equal(tree(nodes, edges), `job() ×2\n│  job() job.mjs:7:3\n${leaf}`)
})

test('members of a combinator: their indexes as a range, or how many', () => {
  const parent = node(1, { label: 'Task-1 batch()', stack: [at('batch', 'job.mjs', 1)] })
  const members = (...indexes) => [
    [parent, ...indexes.map((_, i) => job(i + 2))],
    indexes.map((index, i) => edge(1, i + 2, `Promise.all (index ${index})`)),
  ]
  assert.match(tree(...members(0, 1, 2)), /└─ Promise\.all \(index 0 to 2\): job\(\) ×3\n/)
  assert.match(tree(...members(0, 2, 5)), /└─ Promise\.all \(3 of its members\): job\(\) ×3\n/)
})

test('the largest group comes first, whatever is older', () => {
  const lone = node(9, { label: 'Task-9 lone()', stack: [at('lone', 'job.mjs', 2)] })
  assert.match(tree([lone, job(1), job(2)], []), /^job\(\) ×2\n.*\n\nTask-9 lone\(\)/)
})

test('never one: what waits for different things, what others wait for, deadlocked, named otherwise, and nameless', () => {
  const count = (text) => text.match(/job\(\)/g).length
  const frames = '   job() job.mjs:7:3'
  const apart = tree([job(1), job(2), lock(3), timer(4, 5)], [edge(1, 3), edge(2, 4)])
  assert.equal(count(apart.replaceAll('│  job() job.mjs:7:3', '')), 2)

  const below = node(5, { label: 'Task-5 other()', stack: [at('other', 'job.mjs', 3)] })
  assert.equal(count(tree([job(1), job(2), below], [edge(5, 2)]).replaceAll(frames, '')), 2)

  const ring = tree([job(1), job(2)], [edge(1, 2), edge(2, 1)], { cycles: [[1, 2]] })
  assert.match(ring, /Task-1 job\(\) #1 \[deadlock 1\][\s\S]*└─ Task-2 job\(\)/)

  const named = [1, 2].map((id) => node(id, { label: `Task-${id} job()`, name: `order ${id}` }))
  assert.equal(tree(named, []), 'order 1 (Task-1) job()\n\norder 2 (Task-2) job()')
  assert.equal(tree([node(1), node(2)], []), 'Task-1\n\nTask-2')
})

test('a timer that two groups wait for in turn stays two: one line would look shared', () => {
  const other = node(2, { label: 'Task-2 other()', stack: [at('other', 'job.mjs', 3)] })
  const text = tree([job(1), other, timer(3, 100), timer(4, 200)], [edge(1, 3), edge(2, 4)])
  assert.equal(text.match(/setTimeout/g).length, 2)
  assert.doesNotMatch(text, /×/)
})

test('150,000 alike: more than a call takes arguments', () => {
  const ids = Array.from({ length: 150_000 }, (_, i) => i + 1)
  const text = tree(
    ids.map((id) => timer(id, id)),
    [],
  )
  assert.equal(text, 'setTimeout 5000 ms, 1 ms to 2 min 30 s remaining ×150000')
})
