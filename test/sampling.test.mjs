// Production mode follows a share of the root tasks, whole or not at all.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { runFile, runSource } from './node.mjs'

const FOLLOWED = {
  'in the turn': 'path < look < work < onRequest < <module> [callback] < Task-1',
  'after an await': 'path < look < work < onRequest [async] < <module> [callback] < Task-1',
  'in a timer':
    'path < look < onTimer < <anonymous> [timeout] < work < onRequest [async] < <module> [callback] < Task-1',
  'after the timer': 'path < look < work < onRequest [async] < <module> [callback] < Task-1',
  'in a then': 'path < look < onThen < work [then] < onRequest [async] < <module> [callback] < Task-1',
  'in a tick':
    'path < look < onTick < <anonymous> [nextTick] < work < onRequest [async] < <module> [callback] < Task-1',
  'in a tick of a tick':
    'path < look < onSecondTick < onTick [nextTick] < <anonymous> [nextTick] < work < onRequest [async] < <module> [callback] < Task-1',
}
const NOT_FOLLOWED = {
  'in the turn': 'path < look < work < onRequest < <not sampled> < Task-1',
  'after an await': 'path < look < work < <not sampled> < Task-1',
  'in a timer': 'path < look < onTimer < <not sampled> < Task-1',
  'after the timer': 'path < look < work < <not sampled> < Task-1',
  'in a then': 'path < look < onThen < <not sampled> < Task-1',
  'in a tick': 'path < look < onTick < <not sampled> < Task-1',
  'in a tick of a tick': 'path < look < onSecondTick < <not sampled> < Task-1',
}
const served = (sample) => JSON.parse(runFile('./fixtures/sampling.mjs', { args: [String(sample)] }))

test('a sample of 1 follows every request', () => {
  const { paths } = served(1)
  for (const [place, found] of Object.entries(paths)) assert.deepEqual(found, { [FOLLOWED[place]]: 200 })
})

test('a sample of one half follows some requests, each of them whole', () => {
  const { paths, splits, root } = served(0.5)
  assert.deepEqual(splits, [], 'a request is followed at every place or at none')
  for (const [place, found] of Object.entries(paths)) {
    assert.deepEqual(Object.keys(found).sort(), [FOLLOWED[place], NOT_FOLLOWED[place]].sort())
    assert.ok(found[FOLLOWED[place]] > 50 && found[NOT_FOLLOWED[place]] > 50, JSON.stringify(found))
  }
  assert.equal(root, 'Task-1', 'a name given in a request that is not followed names nothing else')
})

test('what is not followed captures nothing', () => {
  const all = served(1)
  const few = served(1e-9)
  for (const [place, found] of Object.entries(few.paths)) assert.deepEqual(found, { [NOT_FOLLOWED[place]]: 200 })
  // The client runs in the main program, which is always followed: a request of it costs the rest.
  assert.ok(all.captures - few.captures > 200 * 10, `${all.captures} and ${few.captures} captures`)
})

test('the sample is checked, changes at any time and is shown', () => {
  const messages = runSource(`
    import { enableTracing, disableTracing, tracingStatus } from 'async-trace'
    console.log(tracingStatus().sample)
    for (const sample of [0, 1.5, NaN, '1']) {
      try { enableTracing({ sample }) } catch (error) { console.log(error.code, error.message) }
    }
    enableTracing({ sample: 0.25 }); console.log(tracingStatus().sample)
    enableTracing(); console.log(tracingStatus().sample)
    disableTracing(); enableTracing(); console.log(tracingStatus().sample)`)
  assert.deepEqual(messages.trim().split('\n'), [
    '1',
    'ERR_INVALID_ARG_VALUE The "options.sample" argument must be a number above 0, up to 1. Received type number (0)',
    'ERR_INVALID_ARG_VALUE The "options.sample" argument must be a number above 0, up to 1. Received type number (1.5)',
    'ERR_INVALID_ARG_VALUE The "options.sample" argument must be a number above 0, up to 1. Received type number (NaN)',
    `ERR_INVALID_ARG_TYPE The "options.sample" argument must be a number. Received type string ('1')`,
    '0.25',
    '0.25',
    '1',
  ])
})

test('an ASYNC_TRACE that is neither on nor off is named', () => {
  const said = (setting) =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', "import 'async-trace'"], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
      env: { ...process.env, ASYNC_TRACE: setting },
    }).stderr
  const text = `async-trace: ASYNC_TRACE must be 'off', 'on' or not set. Received "false". Tracing is on.\n`
  assert.deepEqual(['', 'on', 'off', 'false'].map(said), ['', '', '', text])
})

test('ASYNC_TRACE_SAMPLE sets it from outside; a wrong one is named and leaves tracing off', () => {
  const source = `import { tracingStatus as s } from 'async-trace'; console.log(s().enabled, s().sample)`
  const started = (sample) =>
    spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: new URL('..', import.meta.url),
      env: { ...process.env, ASYNC_TRACE_SAMPLE: sample },
      encoding: 'utf8',
    })
  assert.equal(started('0.01').stdout, 'true 0.01\n')
  const { stdout, stderr } = started('1%')
  assert.equal(stdout, 'false 1\n')
  assert.equal(
    stderr,
    'async-trace: ASYNC_TRACE_SAMPLE must be a number above 0, up to 1. Received "1%". Tracing is off.\n',
  )
})

test('what began before tracing, or whose path is not known, is not said to be left out by sampling', () => {
  const messages = runSource(`
    import { createServer, get } from 'node:http'
    import { collectAsyncTrace, disableTracing, enableTracing } from 'async-trace'
    const end = () => collectAsyncTrace().frames.at(-2).name
    disableTracing()
    process.nextTick(() => setImmediate(() => console.log('tick before', end())))
    const server = createServer((_request, response) => {
      process.nextTick(() => { console.log('tick of a request', end()); response.end() })
    })
    enableTracing({ sample: 1e-9 })
    server.listen(0, () => get({ port: server.address().port }, (response) => {
      response.resume().on('end', () => setImmediate(() => { server.close(); process.exitCode = 0 }))
    }))`)
  assert.match(messages, /tick before <not traced>/)
  assert.match(messages, /tick of a request <not sampled>/)
})
