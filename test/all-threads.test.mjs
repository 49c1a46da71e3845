// Tasks and waits of all threads of a process, by real workers.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { RollCall } from '../dist/threads/roll-call.js'
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

// They are asked with a time limit that no timer of Node's takes: it is as if there were none.
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
  assert.match(text.tree, /^ {2}1\. Task-\d+ \w+\(\) \S+:(8|12):\d+ → Task-\d+ \w+\(\) \S+:(8|12):\d+ → Task-\d+$/m)
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

test('a worker that is busy at any phase of its life is in each dump', () => {
  const file = fileURLToPath(new URL('./fixtures/busy-workers.mjs', import.meta.url))
  const { signal, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 120_000 })
  assert.equal(signal, 'SIGKILL', stderr)
  const { names, ids, missing, last } = JSON.parse(stdout)
  assert.ok(missing.length > 1)
  for (const some of missing) assert.deepEqual(some, [])
  assert.deepEqual(
    last.map(({ threadId, state }) => [threadId, state]),
    [...ids, Math.max(...ids) + 1].map((id) => [id, 'busy']),
  )
  for (const [at, phase] of names.entries()) assert.equal(last[at].stack.length > 0, phase !== 'native code', phase)
})

const own = (threadId, isPrepared = true) => ({ threadId, name: null, isPrepared })
const listed = (threadId) => ({ threadId, name: `worker ${threadId}` })
const states = (roll) => roll.answers().map(({ dump }) => [dump.threads[0].threadId, dump.threads[0].state])
/** What a worker's own tracer answers. */
const answer = (parts) => JSON.stringify({ dump: null, graph: null, busy: null, workers: [], ...parts })
const nothing = { version: 1, pid: 1, takenAtMs: 0, threads: [], tasks: [] }
/** What a worker without the tracer answers: its stack. */
const IDLE = ['Error']

test('a worker that its maker knows and the inspector does not list yet is starting', () => {
  const roll = new RollCall()
  assert.ok(roll.isEmpty())
  roll.expect([own(1), own(2)])
  roll.begin(listed(1))
  assert.ok(roll.take(listed(1), answer({ dump: { ...nothing, threads: [] } })))
  assert.ok(!roll.isEmpty() && !roll.isComplete())
  const [, second] = roll.answers()
  assert.deepEqual([second.dump.threads[0].threadId, second.dump.threads[0].state], [2, 'busy'])
  assert.match(second.dump.threads[0].incomplete, /only just been started/)
  // It has ended before the inspector listed it.
  roll.expect([own(1)])
  assert.ok(roll.isComplete())
})

test('a worker in which the tracer is not loaded yet is not said to be untraced', () => {
  const roll = new RollCall()
  roll.expect([own(1), own(2, false)])
  for (const id of [1, 2]) roll.begin(listed(id))
  for (const id of [1, 2]) assert.equal(roll.take(listed(id), IDLE), false)
  assert.ok(!roll.isComplete())
  assert.deepEqual(states(roll), [
    [1, 'busy'],
    [2, 'answered'],
  ])
  assert.match(roll.answers()[1].dump.threads[0].name, /not traced$/)
  roll.take(listed(1), answer({ dump: nothing }))
  assert.ok(roll.isComplete())
})

test('a worker that cannot evaluate is asked again, and stays in the dump', () => {
  const roll = new RollCall()
  roll.begin(listed(1))
  assert.equal(roll.take(listed(1), null), false)
  assert.ok(!roll.isComplete())
  assert.deepEqual(states(roll), [[1, 'busy']])
  roll.end(1)
  assert.deepEqual(states(roll), [])
  assert.ok(roll.isComplete())
})

test('workers of workers are known from their makers', () => {
  const roll = new RollCall()
  roll.expect([own(1)])
  roll.begin(listed(1))
  roll.take(listed(1), answer({ busy: [], workers: [own(3)] }))
  assert.deepEqual(states(roll), [
    [1, 'busy'],
    [3, 'busy'],
  ])
  roll.begin(listed(3))
  roll.end(3)
  assert.deepEqual(states(roll), [[1, 'busy']])
})
