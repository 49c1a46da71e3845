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

test('tasks of several threads have different numbers, and names', () => {
  const { ids, dump, graph, text } = JSON.parse(runFile('./fixtures/tasks-of-threads.mjs'))
  const inWorkers = dump.tasks.filter(({ task }) => task.threadId !== 0)
  assert.ok(ids.every((id) => inWorkers.filter(({ task }) => task.threadId === id).length >= 3))
  assert.equal(new Set(dump.tasks.map(({ task }) => task.id)).size, dump.tasks.length)
  assert.equal(new Set(dump.tasks.map(({ task }) => task.name)).size, dump.tasks.length)
  for (const threadId of ids) {
    const path = inWorkers.find((info) => info.task.threadId === threadId && info.functionExecuting === 'answers')
    assert.deepEqual(
      path.createdPath.map((frame) => [frame.name, frame.threadId, frame.boundary]),
      [
        ['<anonymous>', threadId, 'async'],
        ['posts', 0, 'worker'],
        ['<module>', 0, null],
        ['Task-1', 0, null],
      ],
    )
  }
  const threadOf = new Map(graph.nodes.map((node) => [node.id, node.threadId]))
  for (const { from, to } of graph.edges) assert.equal(threadOf.get(from), threadOf.get(to))
  assert.deepEqual(
    graph.cycles.map((cycle) => cycle.map((id) => threadOf.get(id))),
    [0, ...ids].map((threadId) => [threadId, threadId]),
  )
  assert.match(text.tree, /^ {2}1\. Task-\d+ \w+\(\) \S+:(8|12) → Task-\d+ \w+\(\) \S+:(8|12) → Task-\d+$/m)
  for (const id of ids) {
    const one = `Task-\\d+ \\w+\\(\\) \\[thread ${id}\\] \\S+`
    const ring = `${one} → ${one} → Task-\\d+ \\[thread ${id}\\]`
    assert.match(text.tree, new RegExp(`^ {2}${id + 1}\\. ${ring}$`, 'm'))
    const [, ofThread] = text.tree.split(`\nThread ${id}:\n`)
    assert.match(ofThread.split('\nThread ')[0], /^Task-\d+ answers\(\)$/m)
    assert.match(text.table, new RegExp(`task +${id} +Task-\\d+ answers\\(\\) {2}`))
    assert.match(text.dot, new RegExp(`"Task-\\d+ answers\\(\\) \\[thread ${id}\\]\\\\l`))
    assert.match(text.mermaid, new RegExp(`Task-\\d+ answers\\(\\) #91;thread ${id}#93;<br>`))
  }
})
