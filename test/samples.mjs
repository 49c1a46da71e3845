// Hand-made model data: what the formats, the page and the endpoint are tested with.
import { durationText } from '../dist/model/duration-text.js'

export const at = (name, file, line, source) => {
  const frame = { name, filename: `/srv/app/${file}`, line, column: 3 }
  return source === undefined ? frame : { ...frame, source }
}

export function task(
  id,
  { name = `Task-${id}`, kind = 'async', threadId = 0, createdAt = at('main', 'main.mjs', id) } = {},
) {
  return { id, name, kind, threadId, createdAtMs: 1_760_000_000_000, createdAt }
}

const timer = (remainingMs) => ({
  kind: 'timer',
  label: `setTimeout 5000 ms, ${durationText(remainingMs)} remaining`,
  createdAt: at('sleep', 'sleep.mjs', 2),
  delayMs: 5000,
  remainingMs,
})

const socket = {
  kind: 'socket',
  label: 'socket 127.0.0.1:5432',
  createdAt: at('connect', 'db.mjs', 7),
  local: '127.0.0.1:50000',
  remote: '127.0.0.1:5432',
}

/** A server's dump: one query that hangs, three alike retries, one thread busy. */
export function dump() {
  const query = [
    at('handler', 'app.mjs', 10, '  const user = await loadUser(id)'),
    at('loadUser', 'user.mjs', 20, '  return await pool.query(sql)'),
  ]
  const retry = [at('retry', 'retry.mjs', 5, 'await sleep(5000)')]
  const retrying = (id, ageMs) => ({
    task: task(id, { kind: 'timeout', createdAt: at('start', 'retry.mjs', 9) }),
    state: 'PENDING',
    functionExecuting: 'retry',
    currentFrame: retry[0],
    ageMs,
    waitingOn: timer(5000 - ageMs),
    stack: retry,
    createdPath: [],
  })
  return {
    version: 1,
    pid: 4711,
    takenAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    threads: [
      { threadId: 0, name: 'main', state: 'answered', pauseMs: 1.234, stack: [] },
      {
        threadId: 3,
        name: 'hash',
        state: 'busy',
        pauseMs: null,
        stack: [at('spin', 'spin.mjs', 4), at('<module>', 'spin.mjs', 9)],
      },
    ],
    tasks: [
      retrying(11, 1200),
      retrying(12, 400),
      {
        task: task(7, { name: 'checkout' }),
        state: 'PENDING',
        functionExecuting: 'handler',
        currentFrame: query[1],
        ageMs: 125_000,
        waitingOn: socket,
        stack: query,
        createdPath: [
          {
            ...at('dispatch', 'router.mjs', 33),
            indent: 0,
            task: task(7),
            boundary: 'async',
            isExecutor: false,
            threadId: 0,
            repeated: 1,
          },
          {
            ...at('onRequest', 'router.mjs', 12),
            indent: 1,
            task: task(2),
            boundary: 'callback',
            isExecutor: false,
            threadId: 0,
            repeated: 3,
          },
          {
            name: 'Task-1',
            filename: null,
            line: null,
            column: null,
            indent: 2,
            task: task(1),
            boundary: null,
            isExecutor: false,
            threadId: 0,
            repeated: 1,
          },
        ],
      },
      {
        task: task(2, { kind: 'callback' }),
        state: 'READY',
        functionExecuting: 'flush',
        currentFrame: at('flush', 'log.mjs', 8, 'await drained'),
        ageMs: 3,
        waitingOn: null,
      },
      retrying(13, 4100),
    ],
  }
}

export const entry = (name, kind, file, line) =>
  kind === 'combinator'
    ? { name, filename: null, line: null, column: null, async: true, kind }
    : { ...at(name, file, line), async: kind !== 'function', kind }

let stacks = 0

export const stackOf = (id, callStack, awaitedBy = []) => ({
  id: ++stacks,
  task: id === null ? null : task(id),
  promise: null,
  callStack,
  awaitedBy,
  cycle: false,
  isReference: false,
})

/** The same awaiter, reached once more. */
export const referenceTo = (stack, between = [], cycle = false) => ({
  ...stack,
  callStack: [...between, ...stack.callStack],
  awaitedBy: [],
  cycle,
  isReference: true,
})

export const node = (id, { kind = 'task', label = `Task-${id}`, stack = [], leaf = null, name } = {}) => ({
  id,
  kind,
  label,
  task: kind === 'task' ? task(id, name === undefined ? {} : { name }) : null,
  stack,
  leaf,
  threadId: 0,
})

export const edge = (from, to, via = null) => ({ from, to, via })

/** job awaits two under Promise.all; both come to one timer; two tasks wait for each other. */
export function graph() {
  return {
    nodes: [
      node(1, { label: 'Task-1 main()', stack: [at('main', 'main.mjs', 3)] }),
      node(2, {
        label: 'Task-2 foo()',
        stack: [at('leaf', 'leaf.mjs', 1), at('bar', 'bar.mjs', 2), at('foo', 'foo.mjs', 3)],
      }),
      node(3, { label: 'Task-3 foo()', stack: [at('foo', 'foo.mjs', 4)] }),
      node(4, { kind: 'timer', label: 'setTimeout 5000 ms, 1.2 s remaining', leaf: timer(1200) }),
      node(5, { label: 'Task-5 transfer()', name: 'left', stack: [at('transfer', 'bank.mjs', 8)] }),
      node(6, { label: 'Task-6 transfer()', name: 'right', stack: [at('transfer', 'bank.mjs', 8)] }),
      node(7, { label: 'Task-7 report()', stack: [at('report', 'bank.mjs', 20)] }),
    ],
    edges: [
      edge(1, 2, 'Promise.all (index 0)'),
      edge(1, 3, 'Promise.all (index 1)'),
      edge(2, 4),
      edge(3, 4),
      edge(5, 6, 'mutex'),
      edge(6, 5, 'mutex'),
      edge(7, 5, 'then'),
    ],
    cycles: [[5, 6]],
  }
}

/** Layers of two tasks, each of which waits for both of the next layer. */
export function diamonds(layers) {
  const nodes = []
  const edges = []
  for (let layer = 0; layer < layers; layer++) {
    const [left, right] = [2 * layer + 1, 2 * layer + 2]
    nodes.push(node(left), node(right))
    if (layer + 1 < layers) for (const from of [left, right]) edges.push(edge(from, left + 2), edge(from, right + 2))
  }
  return { nodes, edges, cycles: [] }
}

export function chain(length) {
  const nodes = Array.from({ length }, (_, i) => node(i + 1))
  return { nodes, edges: nodes.slice(1).map((_, i) => edge(i + 1, i + 2)), cycles: [] }
}

/** A stuck server: most tasks wait for one lock that three tasks hold in a ring, the others for timers and sockets. */
export function stuckServer(total) {
  const nodes = []
  const edges = []
  const tasks = []
  const add = (rest) => {
    nodes.push({ id: nodes.length + 1, task: null, stack: [], leaf: null, threadId: 0, ...rest })
    return nodes.length
  }
  const leaf = (kind, label, createdAt) => add({ kind, label, leaf: { kind, label, createdAt } })
  const addTask = (name, frames, ageMs) => {
    const created = task(nodes.length + 1, { name, createdAt: at('dispatch', 'router.mjs', 42) })
    const stack = frames.map((frame) => ({ ...frame, source: `  await ${frame.name}Done()` }))
    const id = add({ kind: 'task', label: created.name, task: created, stack: frames.toReversed() })
    const rest = { state: 'PENDING', functionExecuting: frames[0].name, currentFrame: stack.at(-1) }
    tasks.push({ task: created, ...rest, ageMs, waitingOn: null, stack, createdPath: [] })
    return id
  }
  const lock = leaf('promise', 'promise of Pool.acquire()', at('acquire', 'pool.mjs', 31))
  const ring = ['ledger', 'audit', 'export'].map((name, i) =>
    addTask(name, [at(name, `${name}.mjs`, 7 + i), at('lock', 'mutex.mjs', 9)], 90_000 - i),
  )
  for (const [i, id] of ring.entries()) edges.push(edge(id, ring[(i + 1) % 3], 'mutex'))
  edges.push(edge(lock, ring[0], 'held resolver'))
  const routes = ['users', 'checkout', 'search', 'reports']
  for (let i = 0; tasks.length < total; i++) {
    const shape = i % 40
    const frames = [at(`${routes[i % 4]}Handler`, `routes/${routes[i % 4]}.mjs`, 10 + shape), at('query', 'db.mjs', 88)]
    const id = addTask(undefined, frames, 100 + ((i * 7919) % 60_000))
    const remaining = (i * 31) % 30_000
    const target =
      shape < 30
        ? lock
        : shape < 36
          ? leaf('timer', `setTimeout 30000 ms, ${durationText(remaining)} remaining`, at('sleep', 'sleep.mjs', 2))
          : leaf('socket', `socket 10.0.0.${i % 9}:5432`, at('connect', 'db.mjs', 12))
    edges.push(edge(id, target))
    tasks.at(-1).waitingOn = nodes[target - 1].leaf
  }
  const threads = [{ threadId: 0, name: 'main', state: 'answered', pauseMs: 212.4, stack: [] }]
  const takenAtMs = Date.UTC(2026, 0, 2, 3, 4, 5)
  const dumped = { version: 1, pid: 4711, takenAtMs, threads, tasks }
  return { takenAtMs, graph: { nodes, edges, cycles: [ring] }, dump: dumped }
}
