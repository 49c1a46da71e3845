// Pending tasks, call stacks and wait graphs: shapes, errors, signals, and what a dump must not do.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testEveryCase } from './every-case.mjs'
import { runFile, runSource } from './node.mjs'

test('a dump runs none of the program, handles no rejection and leaves globals as they were', () => {
  const { ran, prepared, events, isSame } = JSON.parse(runFile('./fixtures/quiet-dump.mjs'))
  assert.deepEqual({ ran, prepared, isSame }, { ran: [], prepared: 0, isSame: true })
  assert.deepEqual(events, ['unhandled never handled', 'unhandled handled late', 'handled late'])
})

test('wrong arguments throw, or reject with, a TypeError that names them', () => {
  const got = JSON.parse(runFile('./fixtures/pending-arguments.mjs'))
  const type = 'true ERR_INVALID_ARG_TYPE'
  const value = 'true ERR_INVALID_ARG_VALUE'
  const unknown = `${value} The "options" argument must be an object with no options but`
  assert.deepEqual(got, [
    `${type} The "options" argument must be an object. Received type number (5)`,
    `${type} The "options.includeStacks" argument must be a boolean. Received type string ('yes')`,
    `${value} The "options.format" argument must be one of 'text', 'table', 'json'. Received type string ('dot')`,
    `${type} The "options.stream" argument must be an object with a write() method. Received {}`,
    `${type} The "options" argument must be an object. Received null`,
    `${value} The "options.timeoutMs" argument must be a whole number of at least 1. Received type number (0)`,
    `${value} The "options.format" argument must be one of 'tree', 'table', 'dot', 'mermaid', 'json'. Received type string ('html')`,
    `${type} The "options.promise" argument must be a promise. Received { then: [Function: then] }`,
    `${value} The "options.depth" argument must be a whole number of at least 1. Received type number (0)`,
    `${type} The "options.stream" argument must be an object with a write() method. Received type number (1)`,
    `${type} The "waiter" argument must be a promise. Received {}`,
    `${type} The "promise" argument must be a promise. Received undefined`,
    `${unknown} 'includeStacks', 'threads', 'timeoutMs', 'heap'. Received 'includeStack': did you mean 'includeStacks'?`,
    `${unknown} 'includeStacks', 'threads', 'timeoutMs', 'heap', 'format', 'paths', 'all', 'stream'. Received 'formt': did you mean 'format'?`,
    `${unknown} 'promise', 'depth', 'heap'. Received 'promsie': did you mean 'promise'?`,
    `${unknown} 'promise', 'depth', 'heap', 'paths', 'stream'. Received 'format'`,
    `${unknown} 'threads', 'timeoutMs', 'heap'. Received 'thread': did you mean 'threads'?`,
    `${unknown} 'threads', 'timeoutMs', 'heap', 'format', 'paths', 'all', 'stream'. Received 'fromat': did you mean 'format'?`,
    `${unknown} 'format', 'paths', 'all'. Received 'path': did you mean 'paths'?`,
  ])
})

testEveryCase('shared nodes are there once: 18 layers of diamonds, calls 3,000 deep, a chain of 10,000 tasks', () => {
  const found = JSON.parse(runFile('./fixtures/large-waits.mjs'))
  assert.ok(found.diamondNodes < 40 && found.diamondLines < 200, JSON.stringify(found))
  assert.deepEqual(found, {
    diamondNodes: 20,
    diamondEdges: 19,
    diamondLines: 114,
    pairs: { entries: 37, waits: 70, visits: 71, lines: 250, isSame: true },
    fan: { entries: 202, waits: 300, visits: 301, lines: 1005, isSame: true },
    nodes: 10_261,
    edges: 10_391,
    deepest: 3001,
    lines: true,
    tasks: true,
    stack: true,
  })
})

test('the next dump has the same lines, also of awaits at a shared promise after a resumption', () => {
  const source = `
    import { setTimeout as sleep } from 'node:timers/promises'
    import { captureWaitGraph, getTasks } from 'async-trace'
    const gate = new Promise(() => {})
    async function first() { await sleep(1); await gate }
    async function second() { await sleep(1); await gate }
    globalThis.held = [gate, first(), second()]
    await sleep(50)
    const lines = ({ name, line }) => name + ':' + line
    const found = []
    for (let i = 0; i < 2; i++) {
      const { tasks } = await getTasks({ includeStacks: true, threads: false })
      const { nodes } = await captureWaitGraph({ threads: false })
      found.push(tasks.flatMap(({ stack }) => stack.map(lines)).filter((line) => /first|second/.test(line)))
      found.push(nodes.flatMap(({ stack }) => stack.map(lines)).filter((line) => /first|second/.test(line)))
    }
    console.log(JSON.stringify(found))`
  const lines = ['first:5', 'second:6']
  assert.deepEqual(JSON.parse(runSource(source)), [lines, lines, lines, lines])
})

test('names that tasks gave themselves are in the list and in the tree, also before the first await of a callback', () => {
  const source = `
    import { createServer, get } from 'node:http'
    import { captureWaitGraph, formatTasks, formatWaitGraph, getTasks, setTaskName } from 'async-trace'
    const gate = new Promise(() => {})
    async function named() { setTaskName('named'); await gate }
    let begun = 0
    async function helper() { setTaskName('by helper'); begun++; await gate }
    async function neverSuspends() { setTimeout(async () => { setTaskName('timer'); begun++; await gate }, 1) }
    globalThis.held = [gate, named(), neverSuspends()]
    setTimeout(async () => { await helper() }, 1)
    const server = createServer(async ({ url }) => { setTaskName('GET ' + url); begun++; await gate })
    server.listen(0, '127.0.0.1', () => get({ port: server.address().port, host: '127.0.0.1', path: '/users' }))
    const timer = setInterval(async () => {
      if (begun < 3) return
      clearInterval(timer)
      const list = formatTasks(await getTasks({ threads: false }))
      const tree = formatWaitGraph(await captureWaitGraph({ threads: false }))
      const namesIn = (text) => text.match(/\\b[\\w /]+(?= \\(Task-)/g).map((name) => name.trim()).sort()
      console.log(JSON.stringify([namesIn(list), namesIn(tree)]))
      process.exit()
    }, 5)`
  const names = ['GET /users', 'by helper', 'named', 'timer']
  assert.deepEqual(JSON.parse(runSource(source)), [names, names])
})

test('a dump is frozen data of the documented shape', () => {
  const source = `
    import { getTasks, captureWaitGraph, captureCallStack } from 'async-trace'
    const gate = new Promise(() => {})
    async function waits() { await gate }
    const waiting = waits()
    const isFrozen = (value) => typeof value !== 'object' || value === null || value instanceof Promise ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen))
    const [plain, full, graph] = await Promise.all([getTasks(), getTasks({ includeStacks: true }), captureWaitGraph({ heap: true })])
    const stack = captureCallStack({ promise: gate })
    console.log(JSON.stringify([plain, full, graph, stack, Object.keys(stack), [plain, full, graph, stack].map(isFrozen)]))
    process.exit()`
  const [plain, full, graph, stack, stackKeys, frozen] = JSON.parse(runSource(source))
  assert.deepEqual(frozen, [true, true, true, true])
  assert.deepEqual(Object.keys(plain), ['version', 'pid', 'takenAtMs', 'threads', 'tasks'])
  assert.deepEqual(Object.keys(plain.threads[0]), ['threadId', 'name', 'state', 'pauseMs', 'stack'])
  const keys = ['task', 'state', 'functionExecuting', 'currentFrame', 'ageMs', 'waitingOn']
  for (const info of plain.tasks) assert.deepEqual(Object.keys(info), keys)
  for (const info of full.tasks) assert.deepEqual(Object.keys(info), [...keys, 'stack', 'createdPath'])
  const info = full.tasks.find(({ functionExecuting }) => functionExecuting === 'waits')
  assert.equal(info.state, 'PENDING')
  assert.match(info.currentFrame.source ?? 'await gate', /await gate/)
  assert.deepEqual(info.waitingOn, {
    kind: 'promise',
    label: 'unresolved promise; its resolve() was not found',
    createdAt: null,
  })
  assert.deepEqual(Object.keys(graph), ['nodes', 'edges', 'cycles'])
  for (const node of graph.nodes) {
    assert.deepEqual(Object.keys(node), ['id', 'kind', 'label', 'task', 'stack', 'leaf', 'threadId'])
  }
  assert.deepEqual(stackKeys, ['id', 'task', 'promise', 'callStack', 'awaitedBy', 'cycle', 'isReference'])
  assert.deepEqual(Object.keys(stack), ['version', 'entries'])
  assert.deepEqual(Object.keys(stack.entries[0]), ['id', 'task', 'callStack', 'awaitedBy'])
  assert.deepEqual(stack.entries[0].awaitedBy, [{ id: 2, through: [], cycle: false }])
  assert.equal(stack.entries[1].callStack[0].kind, 'async function')
})

test('the running task: its calls, its outer functions and who awaits them; depth cuts the awaiters', () => {
  const source = `
    import { captureCallStack, getTasks } from 'async-trace'
    async function inner() { await null; deep() }
    async function outer() { await inner() }
    async function top() { await Promise.all([outer()]) }
    const names = (entry) => [entry.callStack.map(({ name }) => name).join(), ...entry.awaitedBy.map(names)]
    const found = []
    function deep() {
      found.push(names(captureCallStack()), names(captureCallStack({ depth: 1 })))
      getTasks({ includeStacks: true }).then(({ tasks }) => {
        found.push(tasks.filter(({ state }) => state === 'RUNNING').map(({ stack }) => stack.map(({ name }) => name).join()))
      })
    }
    await top()
    await null
    console.log(JSON.stringify(found))`
  assert.deepEqual(JSON.parse(runSource(source)), [
    ['deep,inner,outer', ['Promise.all (index 0),top,<module>']],
    ['deep,inner,outer', ['Promise.all (index 0),top,<module>']],
    ['outer,inner,deep'],
  ])
})

test('what was noted before tracing was switched off is not read again', () => {
  const source = `
    import { captureWaitGraph, disableTracing, enableTracing } from 'async-trace'
    const gate = new Promise(() => {})
    async function waits() { await gate }
    waits()
    const before = await captureWaitGraph()
    disableTracing()
    const off = await captureWaitGraph()
    enableTracing()
    const again = await captureWaitGraph({ heap: false })
    console.log(before.nodes.length, off.nodes.length, again.nodes.length)`
  assert.equal(runSource(source), '2 0 0\n')
})

const stuck = fileURLToPath(new URL('./fixtures/stuck-by-signal.mjs', import.meta.url))

function runStuck(env) {
  const flags = ['--import', 'async-trace/register']
  return spawnSync(process.execPath, [...flags, stuck], {
    env: { ...process.env, ASYNC_TRACE_SIGNAL: 'SIGUSR2', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  })
}

test('a chosen signal prints the tasks and the deadlocks to stderr; nothing else changes', () => {
  const { status, stdout, stderr } = runStuck()
  assert.equal(status, 7)
  assert.equal(stdout, 'ended by itself\n')
  assert.match(stderr, /2 tasks in 1 thread/)
  assert.match(stderr, /await pb/)
  assert.match(stderr, /1 deadlock:\n {2}1\. Task-\d+ a\(\) \S+:5:3 → Task-\d+ b\(\) \S+:9:3 → Task-\d+\n/)
})

test('the signal is a choice, and so is the file or folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-dump-'))
  try {
    const other = runStuck({ ASYNC_TRACE_SIGNAL: 'SIGWINCH', ASYNC_TRACE_DUMP: `${folder}/`, TEST_SIGNAL: 'SIGWINCH' })
    assert.equal(other.status, 7)
    const [name] = readdirSync(folder)
    assert.match(other.stderr, new RegExp(name))
    const { version, tasks, waitGraph } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    assert.deepEqual([version, tasks.length, waitGraph.cycles.length], [1, 2, 1])
    if (process.platform !== 'win32') assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
    const file = join(folder, 'one.json')
    runStuck({ ASYNC_TRACE_DUMP: file })
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).tasks.length, 2)
  } finally {
    rmSync(folder, { recursive: true })
  }
  const wrong = runStuck({ ASYNC_TRACE_SIGNAL: 'SIGNONE', TEST_SIGNAL: 'SIGWINCH' })
  assert.equal(
    wrong.stderr,
    "async-trace: ASYNC_TRACE_SIGNAL is 'SIGNONE', which is no signal's name, such as SIGQUIT, nor 'off'\n",
  )
  const unheard = runStuck({ ASYNC_TRACE_SIGNAL: 'SIGKILL', TEST_SIGNAL: 'SIGWINCH' })
  assert.equal(
    unheard.stderr,
    "async-trace: ASYNC_TRACE_SIGNAL is 'SIGKILL', which no process can listen to: take another, such as SIGUSR2\n",
  )
  assert.equal(runStuck({ ASYNC_TRACE_SIGNAL: 'off', TEST_SIGNAL: 'SIGWINCH' }).stderr, '')
  const nowhere = runStuck({ ASYNC_TRACE_DUMP: '/dev/null/dump.json' })
  assert.match(
    nowhere.stderr,
    /^async-trace: ASYNC_TRACE_DUMP is '\/dev\/null\/dump\.json', where nothing can be written: E/,
  )
  assert.match(nowhere.stderr, /Task-\d+/)
})

test('at an unsettled top-level await the process says what never settled', async () => {
  const file = fileURLToPath(new URL('./fixtures/unsettled.mjs', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'async-trace/register', file])
  let stderr = ''
  child.stderr.on('data', (data) => {
    stderr += data
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 13)
  assert.match(stderr, /never settled/)
  assert.match(stderr, /<module> .*unsettled\.mjs:7:\d+ +│ await load\(\)/)
  assert.match(stderr, /load\(\) .*unsettled\.mjs:3:\d+ +│ await new Promise/)
})

test('modules that import each other with await are a deadlock, named where the process ends of it', () => {
  const file = fileURLToPath(new URL('./graphs/modules/ring-a.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'async-trace/register', file], {
    encoding: 'utf8',
  })
  assert.equal(status, 13)
  assert.match(
    stderr,
    /^1 deadlock:\n {2}1\. Task-1 <module> .*ring-a\.mjs:1:\d+ → Task-\d+ <module> .*ring-b\.mjs:2:\d+ → /m,
  )
})

test('functions that the main module awaits before anything else are frames of its task', async () => {
  const file = fileURLToPath(new URL('./fixtures/unsettled-at-once.mjs', import.meta.url))
  const { stderr } = spawnSync(process.execPath, ['--import', 'async-trace/register', file], { encoding: 'utf8' })
  assert.match(stderr, /: 1 task in 1 thread/)
  assert.match(stderr, /<module> .*:10:1 .*\n +main\(\) .*:7:3 .*\n +load\(\) .*:3:3 /)
})

test('who has given a callback to a child process waits for the child, not for one of its pipes', () => {
  const file = fileURLToPath(new URL('./fixtures/child-waits.mjs', import.meta.url))
  const { found, expected } = JSON.parse(spawnSync(process.execPath, [file], { encoding: 'utf8' }).stdout)
  assert.equal(found.length, 2)
  assert.deepEqual(found, expected)
})

test('a call that several functions await is a task of its own, and so is each module that waits', () => {
  const source = `
    import { captureWaitGraph, getTasks } from 'async-trace'
    const tick = () => new Promise(setImmediate)
    const never = new Promise(() => {})
    globalThis.never = never
    let shared
    async function read() { await tick(); await never }
    async function load() { await tick(); await read() }
    const cached = () => (shared ??= load())
    async function parent() { await tick(); await cached() }
    async function child() { await tick(); await cached() }
    async function single() { await alone() }
    async function alone() { await never }
    globalThis.held = [parent(), child(), single()]
    const ask = async () => {
      const [dump, graph] = [await getTasks({ includeStacks: true }), await captureWaitGraph()]
      const places = (frames) => frames.map(({ name, boundary }) => name + (boundary ? ' [' + boundary + ']' : ''))
      console.log(JSON.stringify({
        tasks: dump.tasks.map(({ task, stack, waitingOn, createdPath }) =>
          ({ id: task.id, createdAt: task.createdAt?.name, on: waitingOn?.taskId, stack: places(stack), path: places(createdPath) })),
        nodes: graph.nodes.filter(({ task }) => task !== null).map(({ task }) => task.id),
      }))
      process.exit()
    }
    // All functions have come to their last await by then, however busy the machine is.
    const later = (turns) => (turns === 0 ? ask() : setImmediate(later, turns - 1))
    setTimeout(later, 20, 20)
    await import('data:text/javascript,await globalThis.never')`
  const { tasks, nodes } = JSON.parse(runSource(source))
  for (const ids of [tasks.map(({ id }) => id), nodes]) assert.equal(new Set(ids).size, ids.length, String(ids))
  const of = (name) => tasks.filter(({ stack }) => stack[0] === name)
  const [load] = of('load')
  assert.deepEqual(load.stack, ['load', 'read'])
  assert.equal(load.createdAt, 'cached')
  assert.deepEqual(load.path, ['cached [async]', 'parent', '<module> [async]', 'Task-1'])
  assert.deepEqual(
    [...of('parent'), ...of('child')].map(({ on, createdAt }) => [on, createdAt]),
    [
      [load.id, '<module>'],
      [load.id, '<module>'],
    ],
  )
  // A call that one function awaits is of that function's task.
  assert.deepEqual(
    of('single').map(({ stack }) => stack),
    [['single', 'alone']],
  )
  assert.deepEqual(of('alone'), [])
  const modules = of('<module>')
  const main = modules.find(({ id }) => id === 1)
  assert.equal(modules.length, 2)
  assert.equal(main.on, modules.find((each) => each !== main).id)
})

test('what a module made by hand before its first await is not its own promise when it asks', () => {
  const tree = runFile('./fixtures/asks-by-itself.mjs').replace(/, [^,\n]* remaining/g, '')
  assert.match(
    tree,
    /both\(\)\n.*both\(\) asks-by-itself\.mjs:6:3\n├─ Promise\.all \(index 0\): (?:→ #\d+ )?setTimeout 900000 ms/,
  )
  assert.doesNotMatch(tree, /Task-1 <module>/)
})

test('what a function made by hand before its first await is not its own promise when it asks', () => {
  const tree = runFile('./fixtures/function-asks.mjs')
  assert.match(tree, /one\(\)\n.*one\(\) function-asks\.mjs:7:5\n└─ setTimeout 900000 ms/)
})
