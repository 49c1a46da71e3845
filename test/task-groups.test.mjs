// Which tasks of a dump are alike, and in which order groups are shown.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupAlike, tasksByThread } from '../dist/format/task-groups.js'

const frame = (line, name = 'job') => ({ name, filename: 'app.mjs', line, column: 3 })

function task(id, ageMs, more = {}) {
  const of = {
    id,
    name: `Task-${id}`,
    kind: 'async',
    threadId: more.threadId ?? 0,
    createdAt: more.createdAt ?? frame(1),
  }
  return {
    task: of,
    state: 'PENDING',
    functionExecuting: 'job',
    currentFrame: frame(2),
    ageMs,
    waitingOn: null,
    ...more,
  }
}

const ids = (groups) => groups.map((group) => group.map(({ task: { id } }) => id))

test('tasks at one await, made at one place, are a group, the oldest first', () => {
  const tasks = [task(1, 10), task(2, 30), task(3, 20), task(4, 40, { currentFrame: frame(9) })]
  assert.deepEqual(ids(groupAlike(tasks)), [[4], [2, 3, 1]])
})

for (const [what, more] of [
  ['waits for another kind of thing', { waitingOn: { kind: 'timer', createdAt: null } }],
  ['waits for a thing made elsewhere', { waitingOn: { kind: null, createdAt: frame(8) } }],
  ['was created elsewhere', { createdAt: frame(7) }],
  ['was created on another path', { createdPath: [{ ...frame(1), boundary: 'timeout', repeated: null }] }],
  ['has other functions between', { stack: [frame(5), frame(2)] }],
  ['is ready', { state: 'READY' }],
]) {
  test(`one that ${what} is apart`, () => assert.equal(groupAlike([task(1, 1), task(2, 1, more)]).length, 2))
}

test('running groups come before ready ones before pending ones; unknown ages are last', () => {
  const tasks = [
    task(1, Number.NaN),
    task(2, 50, { currentFrame: frame(3) }),
    task(3, 1, { state: 'READY' }),
    task(4, 0, { state: 'RUNNING' }),
  ]
  assert.deepEqual(ids(groupAlike(tasks)), [[4], [3], [2], [1]])
})

test('a thread of which only tasks are known is listed too, in the order of ids', () => {
  const thread = (threadId) => ({ threadId, name: 'main', state: 'answered', pauseMs: 1, stack: [] })
  const dump = { threads: [thread(0)], tasks: [task(1, 1, { threadId: 2 }), task(2, 1)] }
  const listed = tasksByThread(dump).map((each) => [each.thread.name, each.tasks.map((one) => one.task.id)])
  assert.deepEqual(listed, [
    ['main', [2]],
    ['worker 2', [1]],
  ])
})
