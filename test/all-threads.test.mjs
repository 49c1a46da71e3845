// Tasks and waits of all threads of a process, by real workers.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { runFile } from './node.mjs'

let told
before(() => {
  told = JSON.parse(runFile('./fixtures/all-threads.mjs'))
})

test('each thread is listed with how it answered', () => {
  const { ids, dump } = told
  assert.deepEqual(
    dump.threads.map(({ threadId, state }) => [threadId, state]),
    [[0, 'answered'], ...ids.map((id, i) => [id, i === 2 || i === 3 ? 'busy' : 'answered'])],
  )
  const [, , named, loop, asleep, untraced] = dump.threads
  assert.match(named.name, /^(named|worker \d+)$/)
  assert.equal(loop.stack[0].name.split('.').at(-1), 'spins')
  assert.ok(
    asleep.stack.some(({ name }) => name.split('.').at(-1) === 'sleeps'),
    JSON.stringify(asleep),
  )
  assert.match(untraced.name, /not traced$/)
})

test('the tasks of each traced worker are there, and nothing of the tracer', () => {
  const { ids, dump, again, alone } = told
  const inWorkers = dump.tasks.filter(({ task }) => ids.includes(task.threadId))
  assert.deepEqual(
    inWorkers.map(({ task, functionExecuting }) => [task.threadId, functionExecuting]),
    [ids[0], ids[0], ids[1], ids[1]].map((id) => [id, 'waitsInWorker']),
  )
  assert.deepEqual(
    inWorkers[0].stack.map(({ name }) => name),
    ['waitsInWorker', 'inner'],
  )
  assert.equal(inWorkers[0].waitingOn.kind, 'timer')
  assert.equal(again.tasks.length, dump.tasks.length)
  assert.equal(alone.threads.length, 1)
  assert.ok(!JSON.stringify(dump.tasks).includes('all-threads.js'))
})

test('a graph of several threads has unique ids, whole edges and the right threads', () => {
  const { ids, graph, isFrozen, text } = told
  const numbers = new Set(graph.nodes.map(({ id }) => id))
  assert.equal(numbers.size, graph.nodes.length)
  assert.ok(graph.edges.every(({ from, to }) => numbers.has(from) && numbers.has(to)))
  const threads = new Set(graph.nodes.filter(({ kind }) => kind === 'task').map(({ threadId }) => threadId))
  assert.deepEqual([...threads].filter((id) => id !== 0).sort(), ids.slice(0, 2).sort())
  assert.ok(isFrozen)
  assert.match(text, /busy, no tasks read; it is running/)
})
