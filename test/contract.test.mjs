// What users of the package can rely on: names, shapes, switching, errors.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { runFile, runSource } from './node.mjs'

test('the package exports exactly its public names', () => {
  const names = JSON.parse(
    runSource(`import * as all from 'async-trace'; console.log(JSON.stringify(Object.keys(all).sort()))`),
  )
  assert.deepEqual(names, [
    'addToAwaitedBy',
    'captureCallStack',
    'captureWaitGraph',
    'collectAsyncTrace',
    'disableTracing',
    'discardFromAwaitedBy',
    'enableTracing',
    'formatAsyncTrace',
    'formatCallStack',
    'formatTasks',
    'formatWaitGraph',
    'getTasks',
    'isTracingEnabled',
    'printAsyncTrace',
    'printCallStack',
    'printTasks',
    'printTrace',
    'printWaitGraph',
    'setTaskName',
    'traceOf',
    'tracingStatus',
  ])
})

test('import turns tracing on, ASYNC_TRACE=off keeps it off, require and register do the same', () => {
  const ask = `import { isTracingEnabled } from 'async-trace'; console.log(isTracingEnabled())`
  assert.equal(runSource(ask), 'true\n')
  assert.equal(runSource(ask, { env: { ASYNC_TRACE: 'off' } }), 'false\n')
  const require = `console.log(require('async-trace').isTracingEnabled())`
  assert.equal(runSource(require, { type: 'commonjs' }), 'true\n')
  const registered = `console.log(setTimeout.__wrapped === true, process.version.length > 0)`
  for (const flag of ['--import', '--require']) {
    assert.equal(runSource(registered, { flags: [flag, 'async-trace/register'] }), 'true true\n')
  }
})

test('a path in the text of `node -e`, or of standard input, ends at that text', () => {
  const source = `
    const { formatAsyncTrace, collectAsyncTrace } = require('async-trace')
    function later() { console.log(formatAsyncTrace(collectAsyncTrace())) }
    setTimeout(later, 1)`
  for (const [name, args] of [
    ['[eval]', ['-e', source]],
    ['[stdin]', ['-']],
  ]) {
    const options = { cwd: import.meta.dirname, encoding: 'utf8', input: source }
    const { stdout } = spawnSync(process.execPath, ['--import', 'async-trace/register', ...args], options)
    assert.equal(
      stdout.trimEnd(),
      `↑ later() at line 3 [${name}]\n  ↑ <module> at line 4 [${name}] [TIMEOUT]\n    ↑ Task-1`,
    )
  }
})

test('a trace is frozen data of the documented shape', () => {
  const [trace, task] = JSON.parse(runFile('./fixtures/shape.mjs'))
  assert.deepEqual(Object.keys(trace).sort(), ['currentTask', 'frames', 'inExecutor'])
  const [first, second, root] = trace.frames
  const keys = [
    'boundary',
    'column',
    'filename',
    'indent',
    'isExecutor',
    'line',
    'name',
    'repeated',
    'task',
    'threadId',
  ]
  for (const frame of trace.frames) assert.deepEqual(Object.keys(frame).sort(), keys)
  assert.deepEqual([first.name, first.indent, first.boundary, first.task], ['job', 0, null, null])
  assert.deepEqual([second.name, second.indent, second.boundary], ['<module>', 1, 'async'])
  assert.deepEqual([root.name, root.indent, root.filename, root.line, root.column], ['Task-1', 2, null, null, null])
  assert.equal(root.task.kind, 'root')
  assert.equal(trace.inExecutor, false)
  assert.deepEqual(trace.currentTask, second.task)
  assert.deepEqual(Object.keys(task).sort(), ['createdAt', 'createdAtMs', 'id', 'kind', 'name', 'threadId'])
  assert.deepEqual([task.name, task.kind, task.threadId, task.createdAt.line], ['the job', 'async', 0, second.line])
  assert.ok(Math.abs(task.createdAtMs - Date.now()) < 60_000)
})

test('disableTracing puts back every property with its exact descriptor, any number of times', () => {
  assert.equal(runFile('./fixtures/descriptors.mjs'), 'same\n')
})

test('a second copy of the package uses the first', () => {
  assert.equal(runFile('./fixtures/second-copy.mjs'), 'one copy traces\n')
})

test('wrong arguments throw a TypeError that names the argument, what it got and what it takes', () => {
  const errors = JSON.parse(runFile('./fixtures/wrong-arguments.mjs'))
  assert.deepEqual(errors, [
    `TypeError ERR_INVALID_ARG_TYPE The "options" argument must be an object. Received type number (5)`,
    `TypeError ERR_INVALID_ARG_TYPE The "options" argument must be an object. Received null`,
    `TypeError ERR_INVALID_ARG_TYPE The "options.internals" argument must be a boolean. Received type string ('yes')`,
    `TypeError ERR_INVALID_ARG_VALUE The "options.limit" argument must be a whole number of at least 1. Received type number (-1)`,
    `TypeError ERR_INVALID_ARG_TYPE The "options.limit" argument must be a number. Received type string ('3')`,
    `TypeError ERR_INVALID_ARG_VALUE The "options.style" argument must be one of 'tree', 'stack'. Received type string ('dot')`,
    `TypeError ERR_INVALID_ARG_TYPE The "options.stream" argument must be an object with a write() method. Received {}`,
    `TypeError ERR_INVALID_ARG_TYPE The "trace" argument must be an AsyncTrace, as collectAsyncTrace() returns it. Received undefined`,
    `TypeError ERR_INVALID_ARG_TYPE The "trace" argument must be an AsyncTrace, as collectAsyncTrace() returns it. Received { frames: [Array], currentTask: [Object], inExecutor: false }`,
    `TypeError ERR_INVALID_ARG_TYPE The "name" argument must be a string. Received undefined`,
    `TypeError ERR_INVALID_ARG_VALUE The "name" argument must be a string with at least one character. Received type string ('')`,
    `TypeError ERR_INVALID_ARG_TYPE The "options" argument must be an object. Received type string ('fast')`,
    `TypeError ERR_INVALID_ARG_VALUE The "options" argument must be an object with no options but 'internals', 'limit', 'promise', 'style', 'paths', 'packages', 'stream', 'error'. Received 'stlye': did you mean 'style'?`,
    `TypeError ERR_INVALID_ARG_VALUE The "options" argument must be an object with no options but 'internals', 'limit', 'promise'. Received 'stream'`,
    `TypeError ERR_INVALID_ARG_VALUE The "options" argument must be an object with no options but 'style', 'paths', 'packages'. Received 'path': did you mean 'paths'?`,
    `TypeError ERR_INVALID_ARG_VALUE The "options" argument must be an object with no options but 'style', 'paths', 'packages', 'stream'. Received 'Style': did you mean 'style'?`,
    `TypeError ERR_INVALID_ARG_VALUE The "options" argument must be an object with no options but 'sample', 'errors', 'errorPaths'. Received 'sampling': did you mean 'sample'?`,
    `TypeError ERR_INVALID_ARG_VALUE The "options" argument must be an object with no options but 'sample', 'errors', 'errorPaths'. Received 'path': did you mean 'errorPaths'?`,
    `TypeError ERR_INVALID_ARG_TYPE The "options" argument must be an object. Received Promise { undefined }`,
  ])
})

test('malformed data, a revoked proxy and a trap that throws are errors with a code', () => {
  assert.equal(runFile('./fixtures/malformed-arguments.mjs'), 'true and 0 faults\n')
})

test('styles, paths, limit and internals print as documented', () => {
  const printed = runFile('./fixtures/styles.mjs').replaceAll(process.cwd(), '<cwd>')
  assert.equal(
    printed,
    `↑ job() at line 5 [test/fixtures/styles.mjs]
  ↑ <module> at line 15 [test/fixtures/styles.mjs] [TIMEOUT]
    ↑ Task-1
--
↑ job() at line 7 [styles.mjs]
  ↑ <module> at line 15 [styles.mjs] [TIMEOUT]
    ↑ Task-1
--
    at job (<cwd>/test/fixtures/styles.mjs:9:17)
    -- timeout Task-2 --
    at <module> (<cwd>/test/fixtures/styles.mjs:15:1)
    -- Task-1 --
--
↑ job() at line 11 [<cwd>/test/fixtures/styles.mjs]
  ↑ <1 frame left out>
    ↑ Task-1
--
true
`,
  )
})

test('tracingStatus counts captures and faults', () => {
  const source = `
    import { disableTracing, tracingStatus } from 'async-trace'
    const before = tracingStatus()
    setTimeout(() => {})
    const after = tracingStatus()
    disableTracing()
    console.log(after.captures - before.captures, after.faults, after.enabled, tracingStatus().enabled)`
  assert.equal(runSource(source), '1 0 true false\n')
})

test('setTaskName names the task that the naming code belongs to', () => {
  const [names, root] = JSON.parse(runFile('./fixtures/task-names.mjs'))
  assert.deepEqual(names.sort(), [
    'again',
    'by a call that settles at once',
    'by a call that suspends',
    'by a call that suspends',
    'timer',
    'unawaited',
  ])
  assert.equal(root, 'Task-1')
})

test('an uncaught error of ours prints the line that it came from, not the whole package', () => {
  const source = "import { formatWaitGraph } from 'async-trace'; formatWaitGraph(5)"
  const args = ['--input-type=module', '--eval', source]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /"graph" argument must be a WaitGraph/)
  assert.ok(stderr.length < 2_000, `${stderr.length} characters`)
})
