// libuv's thread pool: how many threads it has, and when it is said to be full.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { poolThreadsOf, withFullThreadPool } from '../dist/walk/thread-pool.js'

const leaf = (label, about) => ({ kind: 'file', label, createdAt: null, ...about })
const node = (id, of) => ({ id, kind: of.kind, label: of.label, task: null, stack: [], leaf: of, threadId: 0 })
const graphOf = (...leaves) => ({ nodes: leaves.map((each, i) => node(i + 1, each)), edges: [], cycles: [] })
const read = leaf('file operation', { usesThreadPool: true })
const socket = leaf('socket 127.0.0.1:80')
const labels = (graph) => graph.nodes.map(({ label }) => label)

test('the environment says how many threads there are, as libuv reads it', () => {
  const sizes = ['8', '0', 'many', '5000', '-1'].map((size) => poolThreadsOf({ UV_THREADPOOL_SIZE: size }))
  assert.deepEqual(sizes, [8, 1, 1, 1024, 1])
  assert.equal(poolThreadsOf({}), 4)
})

test('if the kernel does file operations, that is not known', () => {
  assert.equal(poolThreadsOf({ UV_USE_IO_URING: '1' }), null)
  assert.equal(poolThreadsOf({ UV_USE_IO_URING: '0' }), 4)
})

test('more operations than threads: each says so, and nothing else does', () => {
  const full = withFullThreadPool(graphOf(read, socket, read), 1)
  const trouble = 'the thread pool is full: 2 operations for 1 thread'
  assert.deepEqual(labels(full), [`file operation; ${trouble}`, socket.label, `file operation; ${trouble}`])
  assert.deepEqual(
    full.nodes.map((each) => each.leaf.trouble),
    [trouble, undefined, trouble],
  )
})

test('as many as threads, or an unknown number of threads: nothing is said', () => {
  const graph = graphOf(read, read)
  assert.equal(withFullThreadPool(graph, 2), graph)
  assert.equal(withFullThreadPool(graph, null), graph)
})
