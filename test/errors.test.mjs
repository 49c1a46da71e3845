// The path of an error at the end of its stack, and below an error that ends the process.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runFile } from './node.mjs'

function stacks(env) {
  const printed = runFile('./fixtures/error-stacks.mjs', { env })
  return new Map(
    printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map((each) => [each.name, each]),
  )
}

/** Without the numbers of lines and tasks. */
const placeless = (lines) =>
  lines.map((line) => line.replace(/ error-stacks\.mjs:\d+$/, '').replace(/Task-\d+/, 'Task'))
const BELOW_RUN = ['-- async Task --', 'at run', 'at <module>', '-- Task --']

test('with ASYNC_TRACE_ERRORS=1 the stack of an error ends with its path, and nothing else of the error changes', () => {
  const bare = stacks({ ASYNC_TRACE: 'off' })
  const traced = stacks({ ASYNC_TRACE_ERRORS: '1' })
  const LEFT_ALONE = ['own getter', 'no stack', 'no error', 'prepared sites']
  for (const [name, { looks, same, clone, head, stack }] of traced) {
    const before = bare.get(name)
    assert.deepEqual(
      { name, looks, same, clone, head },
      { name, looks: before.looks, same: before.same, clone: before.clone, head: before.head },
    )
    const own = before.stack
    assert.deepEqual(stack.slice(0, own.length), own, name)
    const first =
      name === 'again' || name === 'inspected'
        ? ['at again', '-- async Task --', 'at <module>', '-- Task --']
        : ['at ask', ...BELOW_RUN]
    assert.deepEqual(placeless(stack.slice(own.length)), LEFT_ALONE.includes(name) ? [] : first, name)
  }
  assert.equal(traced.size, 20)
})

test('without the switch stacks are as they were', () => {
  const bare = stacks({ ASYNC_TRACE: 'off' })
  assert.deepEqual(stacks({ ASYNC_TRACE: '', ASYNC_TRACE_ERRORS: '' }), bare)
})

function end(name, env = {}) {
  const flags = ['--import', 'async-trace/register', fileURLToPath(new URL('./fixtures/uncaught.mjs', import.meta.url))]
  const { status, stderr } = spawnSync(process.execPath, [...flags, name], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return {
    status,
    stderr,
    frames: [
      ...stderr.matchAll(
        /^ {4}(?:at (?:async )?(?:\w+\.)?([\w<>]+)(?: \[as \w+\])? \(.*uncaught\.mjs:\d+|-- (\w+) Task)/gm,
      ),
    ].map(([, at, boundary]) => at ?? boundary),
  }
}

test('with register, an error that ends the process is printed with its path; exit codes stay', () => {
  const bare = end('timer', { ASYNC_TRACE: 'off' })
  assert.deepEqual(bare.frames, ['fail'])
  const timer = end('timer')
  assert.deepEqual(timer.frames, ['fail', 'timeout', 'timer', 'begin', '<module>'])
  assert.equal(timer.status, bare.status)
  // The function that threw set its own timer.
  const frames = ['retry', 'timeout', 'retry', 'again', 'begin', '<module>']
  assert.deepEqual(end('again').frames, frames)
  assert.deepEqual(end('microtask').frames, ['fail', 'microtask', 'microtask', 'begin', '<module>'])
  const rejection = end('rejection')
  assert.deepEqual(rejection.frames, ['send', 'notify', 'timeout', 'rejection', 'begin', '<module>'])
  assert.equal(rejection.status, 1)
  const text = end('text')
  assert.deepEqual(text.frames, ['timeout', 'text', 'begin', '<module>'])
  assert.match(text.stderr, /thrown text/)
  assert.equal(text.status, 1)
  const denied = end('deny')
  assert.deepEqual(denied.frames, ['deny', 'notifyWithText', 'timeout', 'deny', 'begin', '<module>'])
  assert.match(denied.stderr, /rejected with the reason "denied"/)
  assert.equal(denied.status, 1)
})

test('with register, a program that handles uncaught errors sees them as they were', () => {
  assert.equal(end('handled').stderr, end('handled', { ASYNC_TRACE: 'off' }).stderr)
})

const UNCAUGHT_IN = ['run', '<module> [immediate]']

/**
 * @param started how the thread came to run.
 * @param message where the message of a child process comes from.
 */
function checkUncaught(env, started, message) {
  const printed = runFile('./fixtures/uncaught-listeners.mjs', { env, flags: ['--import', 'async-trace/register'] })
  const own = (name, boundary) => [`${name} [${boundary}]`, ...UNCAUGHT_IN]
  const paths = {
    timer: own('timer', 'timeout'),
    text: own('text', 'timeout'),
    microtask: own('microtask', 'microtask'),
    tick: own('tick', 'nextTick'),
    read: own('read', 'callback'),
    emitter: own('emitter', 'timeout'),
    bound: own('bound', 'callback'),
    pipeline: own('pipeline', 'callback'),
    finished: own('finished', 'callback'),
    message,
    rejection: ['rejection', 'run [async]', UNCAUGHT_IN[1]],
    passedOn: own('passedOn', 'callback'),
    caught: own('caught', 'timeout'),
  }
  const present = { ...paths, rejection: ['rejection [rejection]', ...paths.rejection.slice(1)] }
  assert.deepEqual(
    printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    Object.entries(paths).map(([name, path]) => {
      return [name, [...path, ...started], ['listen', ...present[name], ...started], null, null]
    }),
  )
}

test('a listener of uncaughtException has the path of what a callback threw, and of nothing else', () => {
  checkUncaught({}, [], ['<module> [worker]', 'message [worker]', ...UNCAUGHT_IN])
})

test('the same in a worker', () => {
  // The processes that a worker starts do not tell their paths.
  checkUncaught({ IN_WORKER: '1' }, ['<module> [worker]'], ['message [callback]', ...UNCAUGHT_IN])
})

test('error handlers of Fastify and Express, a span of OpenTelemetry, and records of pino and winston have the path', () => {
  const printed = runFile('./fixtures/error-handlers.mjs').trim().split('\n')
  assert.deepEqual(
    printed.map((line) => JSON.parse(line)),
    [
      { recipe: 'fastify', status: 500, names: ['load', 'show'] },
      { recipe: 'express', status: 500, names: ['load', 'show'] },
      // In V8's stack, and in the path.
      { recipe: 'opentelemetry', status: 0, names: ['load', 'show', 'load', 'show'] },
      { recipe: 'pino', status: 50, names: ['load', 'show'] },
      { recipe: 'winston', status: 'error', names: ['load', 'show'] },
    ],
  )
})

test('a rejection that nothing receives has the path of the code that rejected', () => {
  const printed = runFile('./fixtures/unreceived.mjs').trim().split('\n')
  const BELOW = ['caller', 'main', '<module> [async]', 'Task-1']
  const TIMER = ['giveUp', '<anonymous> [timeout]', 'send', ...BELOW]
  assert.deepEqual(
    printed.map((line) => JSON.parse(line)),
    [
      ['error, later', TIMER, TIMER, ['report', 'giveUp [rejection]', ...TIMER.slice(1)]],
      ['text, later', TIMER, TIMER, ['report', 'giveUp [rejection]', ...TIMER.slice(1)]],
      ...['error', 'text'].map((name) => {
        const path = ['early', ...BELOW]
        return [`${name}, at once`, path, path, ['report', 'early [rejection]', ...BELOW]]
      }),
      ...['error', 'text'].map((name) => {
        const path = ['follow [then]', ...BELOW]
        return [`${name}, in a callback`, path, path, ['report', ...path]]
      }),
    ],
  )
})

test('traceOf() of an error that a callback is given leads to the call that began the work', () => {
  const printed = runFile('./fixtures/error-given.mjs').trim().split('\n')
  const BELOW = ['begin', '<module> [immediate]', 'Task-1']
  const READ = ['report', 'read [callback]', ...BELOW]
  assert.deepEqual(
    printed.map((line) => JSON.parse(line)),
    [
      ['read', READ],
      ['refused', ['report', 'refused [callback]', ...BELOW]],
      ['emitted', ['tell', 'emitted [timeout]', ...BELOW]],
      ['handed', ['report', 'handed [nextTick]', ...BELOW]],
      ['caught', ['parse', 'caught [immediate]', ...BELOW]],
      ['stored', null],
      ['asked again', READ],
    ],
  )
})

/** By question, in the order of the answers. */
function unhandled(flags = [], file = './fixtures/unhandled.mjs') {
  return runFile(file, { flags })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
const OF_SEND = ['send', 'notify', 'float [async]', '<module>', 'Task-1']
const OF_ASK = ['ask [then]', '<module>', 'Task-1']
const UNHANDLED = [
  ['reason', 'smtp'],
  ['printTrace()', ['report', 'send [rejection]', ...OF_SEND.slice(1)]],
  ['traceOf(reason)', OF_SEND],
  ['printTrace({ promise })', '↑ send()'],
  ['captureCallStack({ promise })', ['async', ['async function send', 'async function notify'], 0]],
  ['a timer of the listener', ['later', 'report [timeout]', 'send [rejection]', ...OF_SEND.slice(1)]],
  ['reason', 'denied'],
  ['printTrace()', ['report', ...OF_ASK]],
  ['traceOf(reason)', OF_ASK],
  ['printTrace({ promise })', '↑ ask()'],
  ['captureCallStack({ promise })', ['then', ['function ask', 'function <module>'], 0]],
  ['rejectionHandled', ['handled', '<not traced>', 'Task-1']],
  ['a timer of the listener', ['later', 'report [timeout]', ...OF_ASK]],
  ['exit', ['leave', '<not traced>', 'Task-1']],
]

test('listeners of unhandledRejection have the path of the error, and no other code has it', () => {
  assert.deepEqual(unhandled(), UNHANDLED)
})

test('the same while the program has async_hooks of its own', () => {
  const hooks = "import { createHook } from 'node:async_hooks'; createHook({ init() {} }).enable()"
  assert.deepEqual(unhandled(['--import', `data:text/javascript,${encodeURIComponent(hooks)}`]), UNHANDLED)
})

test('the path of a callback or listener that is given an error leads to the call that began the work', () => {
  const printed = runFile('./fixtures/error-callbacks.mjs', { flags: ['--no-warnings'] })
  const RUN = ['run', '<module> [immediate]', 'Task-1']
  assert.deepEqual(
    printed
      .trim()
      .split('\n')
      // Node's `fetch` calls `.then` itself on 20 and 22.
      .map((line) => JSON.parse(line.replace('ask [then]', 'ask'))),
    [
      ['readFile', 'ENOENT', ['report', 'readFile [callback]', ...RUN]],
      ['exec', 3, ['report', 'exec [callback]', ...RUN]],
      ['connect', 'ECONNREFUSED', ['report', 'connect [callback]', ...RUN]],
      ['get', 'ECONNREFUSED', ['report', 'get [callback]', ...RUN]],
      ['pipeline', 'ERR_STREAM_PREMATURE_CLOSE', ['report', 'pipeline [callback]', ...RUN]],
      ['finished', 'ERR_STREAM_PREMATURE_CLOSE', ['report', 'finished [callback]', ...RUN]],
      ['emitter', 'Error', ['report', '<anonymous>', 'emitter [timeout]', ...RUN]],
      ['warning', 'MaxListenersExceededWarning', ['report', 'warning [callback]', ...RUN]],
      ['abort', 20, ['report', '<anonymous>', 'cancel', 'abort [timeout]', ...RUN]],
      ['sleepAborted', 'ABORT_ERR', ['wait', 'sleepAborted [async]', ...RUN]],
      ['fetchTimedOut', 23, ['ask', 'fetchTimedOut', 'run [async]', ...RUN.slice(1)]],
      ['any', 'AggregateError', ['one', 'both [async]', 'any', ...RUN]],
    ],
  )
})

test('with ASYNC_TRACE_ERRORS=1 all readers of a stack have the path, also in other threads and processes', () => {
  const read = (env) => {
    const printed = runFile('./fixtures/error-crossings.mjs', { env })
    return printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
  const readers = ['inspect', 'structuredClone', 'cause', 'pino', 'posted by a worker', 'thrown in a worker']
  const all = [...readers, 'sent by a child process', 'source-map-support']
  assert.deepEqual(
    read({ ASYNC_TRACE_ERRORS: '1' }),
    all.map((reader) => [reader, ['load', 'show']]),
  )
  assert.deepEqual(
    read({ ASYNC_TRACE_ERRORS: '' }),
    all.map((reader) => [reader, []]),
  )
})

test('errors that a program keeps do not keep the objects of the functions that they met', () => {
  for (const ASYNC_TRACE_ERRORS of ['0', '1']) {
    const { alive, paths } = JSON.parse(
      runFile('./fixtures/kept-errors.mjs', { flags: ['--expose-gc'], env: { ASYNC_TRACE_ERRORS } }),
    )
    assert.equal(alive, 0)
    assert.equal(paths.length, 1)
    assert.match(paths[0], /at Repository\.query .+\n +at Repository\.find .+\n +at handle .+\n +at <module> /)
  }
})

/** By name: the path of the error, that of the signal, the stacks of the error and of its cause. */
function aborts(env) {
  const lines = runFile('./fixtures/aborts.mjs', { env }).trim().split('\n')
  return new Map(lines.map((line) => JSON.parse(line)).map(([name, ...found]) => [name, found]))
}

test('an abort leads to the code that waited, and its signal to the code that aborted', () => {
  const found = aborts({ ASYNC_TRACE_ERRORS: '' })
  const root = ['<module>', 'Task-1']
  const cancel = (name) => ['cancel', 'abort [timeout]', ...name, ...root]
  const waited = (by, name) => [by, 'failed', `${name} [async]`, ...root]
  const expected = {
    cause: [waited('waitFor', 'cause'), cancel(['cause'])],
    reason: [waited('waitByHand', 'reason'), cancel(['reason'])],
    value: [null, cancel(['value'])],
    'own error': [waited('waitFor', 'own error'), cancel(['own error'])],
    'by an async function': [
      waited('waitFor', 'by an async function'),
      ['abortLater', 'by an async function [async]', ...root],
    ],
    'nobody waits': [cancel(['nobody waits']), cancel(['nobody waits'])],
    any: [['waitByHand', 'failed', ...root], cancel([])],
    timeout: [
      ['waitByHand', 'failed', ...root],
      ['makeTimeout [timeout]', ...root],
    ],
    'not aborted': [null, null],
    'first of two': [null, ['abortFirst', ...root]],
    'second of two': [
      ['abortSecond', ...root],
      ['abortSecond', ...root],
    ],
  }
  for (const [name, paths] of Object.entries(expected)) assert.deepEqual(found.get(name).slice(0, 2), paths, name)
  assert.equal(found.size, Object.keys(expected).length)
})

test('with ASYNC_TRACE_ERRORS=1 the reason of an abort ends with the path of the code that aborted', () => {
  const found = aborts({ ASYNC_TRACE_ERRORS: '1' })
  const stacksOf = (name) => found.get(name).slice(2)
  const waited = (name) => ['-- async Task --', `at ${name}`, 'at <module>', '-- Task --']
  const aborted = (name) => ['-- timeout Task --', 'at abort', `at ${name}`, 'at <module>', '-- Task --']
  const own = 'at Timeout.cancel [as _onTimeout]'
  assert.deepEqual(stacksOf('cause'), [
    [own, 'at waitFor', 'at failed', ...waited('cause')],
    [own, ...aborted('cause')],
  ])
  const both = [own, 'at waitByHand', 'at failed', ...waited('reason'), '-- aborted --', ...aborted('reason')]
  assert.deepEqual(stacksOf('reason'), [both, []])
  assert.deepEqual(stacksOf('nobody waits'), [[own, ...aborted('nobody waits')], []])
})
