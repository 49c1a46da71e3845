// The form in which a snapshot travels to the page.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packSnapshot, unpackSnapshot } from '../dist/format/page-snapshot.js'
import { dump, graph, stuckServer } from './samples.mjs'

const sent = (snapshot) => unpackSnapshot(JSON.parse(JSON.stringify(packSnapshot(snapshot))))

/** What the page shows of a dump: of creation paths the places, boundaries and counts. */
function shown({ tasks, ...rest }) {
  const step = ({ name, filename, line, column, boundary, repeated }) => ({
    ...{ name, filename, line, column, source: null },
    ...{ boundary, repeated },
  })
  const frame = (one) => one && { source: null, ...one }
  return {
    ...rest,
    tasks: tasks.map(({ createdPath, stack, ...info }) => ({
      ...info,
      task: { ...info.task, createdAt: frame(info.task.createdAt) },
      currentFrame: frame(info.currentFrame),
      waitingOn: info.waitingOn && { ...info.waitingOn, createdAt: frame(info.waitingOn.createdAt) },
      ...(stack && { stack: stack.map(frame) }),
      ...(createdPath && { createdPath: createdPath.map(step) }),
    })),
  }
}

test('nothing that the page shows is lost on the way', () => {
  const { takenAtMs } = dump()
  const got = sent({ takenAtMs, graph: graph(), dump: dump() })
  assert.deepEqual(got.dump, shown(dump()))
  assert.deepEqual(got.graph.edges, graph().edges)
  assert.deepEqual(got.graph.cycles, graph().cycles)
  got.graph.nodes.forEach((node, i) => {
    const { stack, ...rest } = graph().nodes[i]
    assert.deepEqual(
      node.stack.map(({ source, ...frame }) => frame),
      stack,
    )
    const { id, kind, label, threadId } = node
    assert.deepEqual([id, kind, label, threadId], [rest.id, rest.kind, rest.label, rest.threadId])
  })
  assert.equal(sent({ takenAtMs, graph: graph(), dump: null }).dump, null)
})

test('thousands of tasks at a few places take little', () => {
  const snapshot = stuckServer(5000)
  const path = Array.from({ length: 25 }, (_, i) => ({ ...dump().tasks[2].createdPath[0], line: i }))
  const tasks = snapshot.dump.tasks.map((info) => ({ ...info, createdPath: path }))
  const packed = packSnapshot({ ...snapshot, dump: { ...snapshot.dump, tasks } })
  assert.ok(packed.frames.length < 300)
  assert.equal(packed.paths.length, 1)
  assert.ok(JSON.stringify(packed).length < 5_000_000)
})

test('a time that is unknown stays unknown on the way', () => {
  const unknown = { ageMs: Number.NaN }
  const tasks = dump().tasks.map((info) => ({ ...info, ...unknown, task: { ...info.task, createdAtMs: Number.NaN } }))
  const got = sent({ takenAtMs: 1, graph: graph(), dump: { ...dump(), tasks } })
  for (const { ageMs, task } of got.dump.tasks) assert.deepEqual([ageMs, task.createdAtMs], [Number.NaN, Number.NaN])
})
