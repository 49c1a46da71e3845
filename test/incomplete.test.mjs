// A dump that cannot show everything says so: it never looks as if nothing were pending.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { runFile, runSource } from './node.mjs'

const ask = `
  import { captureWaitGraph, disableTracing, enableTracing, formatTasks, formatWaitGraph, getTasks } from 'async-trace'
  const never = new Promise(() => {})
  globalThis.never = never
  async function stuck() { await never }
  stuck()
  const say = async () => {
    const [dump, graph] = [await getTasks(), await captureWaitGraph()]
    console.log(JSON.stringify([dump.threads[0].incomplete ?? null, graph.incomplete ?? null, formatWaitGraph(graph)]))
    return formatTasks(dump)
  }`

const OFF = 'Tracing is off: what is pending is not known.'

test('all that is pending is known: nothing is said', () => {
  const [thread, graph] = JSON.parse(runSource(`${ask}\nawait say()`))
  assert.deepEqual([thread, graph], [null, null])
})

for (const [why, options, freeze] of [
  ['has frozen its built-ins', '{}', 'Object.freeze(Array.prototype);'],
  ['may not run code from strings', '{ codeGeneration: { strings: false } }', ''],
]) {
  test(`a vm context ${why}`, () => {
    const [thread, graph, text] = JSON.parse(
      runSource(`
  import vm from 'node:vm'
  ${ask}
  globalThis.context = vm.createContext({ never }, ${options})
  const hides = \`async function hidden() { await new Promise((resolve) => (globalThis.held ??= []).push(resolve)) }; hidden(); ${freeze} hidden()\`
  vm.runInContext(hides, context)
  await say()`),
    )
    const said =
      'Functions of 1 vm context are not shown: its built-ins are frozen, or it may not run code from strings.'
    assert.deepEqual([thread, graph], [said, said])
    assert.match(text, /stuck\(\)/)
    assert.doesNotMatch(text, /hidden\(\)/)
  })
}

test('tracing is off', () => {
  const [thread, graph, text] = JSON.parse(runSource(`${ask}\ndisableTracing(); await say()`))
  assert.deepEqual([thread, graph, text], [OFF, OFF, OFF])
})

test('a share of the root tasks is followed', () => {
  const lines = runSource(`${ask}\nenableTracing({ sample: 0.015 }); console.log(await say())`).split('\n')
  const [thread, graph, text] = JSON.parse(lines[0])
  assert.equal(
    thread,
    'Sampling follows 1.5 % of the root tasks: the others are read from the heap, without where and when they began.',
  )
  assert.equal(graph, thread)
  assert.ok(text.startsWith(thread))
  assert.ok(lines.includes(`  ${thread}`))
})

/** What a dump and a graph say, and the functions that they list: a graph has the one that asks, if another awaits it. */
const list = `
  const list = async (options) => {
    const [dump, graph] = [await tracer.getTasks(options), await tracer.captureWaitGraph(options)]
    const names = dump.tasks.map(({ functionExecuting }) => functionExecuting).filter((name) => !name.startsWith('<'))
    const nodes = graph.nodes.flatMap(({ stack }) => stack.map(({ name }) => name)).filter((name) => !name.startsWith('<'))
    console.log(JSON.stringify([names, nodes, dump.threads[0].incomplete ?? null, graph.incomplete ?? null]))
  }`
const stuck = `
  const never = new Promise(() => {})
  globalThis.never = never
  async function stuck() { await never }
  globalThis.held = stuck()`

function listed(source) {
  const lines = runSource(`${stuck}${list}${source}\nprocess.exit()`).trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}

test('who asks for the heap gets what began before tracing', () => {
  const [found] = listed(`
    const tracer = await import('async-trace')
    async function after() { await never }
    globalThis.other = after()
    await list({ heap: true })`)
  assert.deepEqual(
    found.slice(0, 2).map((names) => names.toSorted()),
    [
      ['after', 'stuck'],
      ['after', 'list', 'stuck'],
    ],
  )
  assert.match(found[2], / is read from the heap, without where and when it began\.$/)
  assert.equal(found[3], found[2])
})

test('who asks for the heap gets what is pending where tracing is off', () => {
  const [unasked, asked] = listed(`
    const tracer = await import('async-trace')
    tracer.disableTracing()
    await list({ heap: false })
    await list({ heap: true })`)
  assert.deepEqual(unasked, [[], [], OFF, OFF])
  const said = 'Tracing is off: what is pending is read from the heap, without where and when it began.'
  assert.deepEqual(asked, [['stuck'], ['stuck'], said, said])
})

test('where all is recorded, the heap adds nothing and nothing is said', () => {
  const lines = runSource(`import * as tracer from 'async-trace'${stuck}${list}
    await list({ heap: true })\nprocess.exit()`)
  assert.deepEqual(JSON.parse(lines), [['stuck'], ['stuck', 'list'], null, null])
})

test('a program that switches tracing on has had work under way', () => {
  const [unasked, read] = listed(`
    const tracer = await import('async-trace')
    tracer.disableTracing()
    tracer.enableTracing()
    await list({ heap: false })
    await list()`)
  const began = /^Tracing began [\d.]+ s after the program: what was pending by then is /
  assert.deepEqual(unasked.slice(0, 2), [[], ['list']])
  assert.match(unasked[2], new RegExp(`${began.source}shown in part only`))
  assert.deepEqual(read.slice(0, 2), [['stuck'], ['list', 'stuck']])
  assert.match(read[2], new RegExp(`${began.source}read from the heap`))
})

const MAY_MISS =
  'Modules ran before async-trace was imported: what they left pending is not shown. Import it first, or ask with { heap: true }.'

test('modules that ran before an ordinary import may have left something pending', () => {
  const [unasked, asked] = JSON.parse(runFile('./fixtures/late-import/after-work.mjs'))
  assert.deepEqual(unasked, [[], MAY_MISS, MAY_MISS])
  const read = 'Some of it began before tracing: that is read from the heap, without where and when it began.'
  assert.deepEqual(asked, [['early'], read, read])
})

test('an import that is first of all that do anything asynchronous has missed nothing', () => {
  const known = [['early'], null, null]
  assert.deepEqual(JSON.parse(runFile('./fixtures/late-import/before-work.mjs')), [known, known])
})

test('an ordinary import after a preload has missed nothing', () => {
  const flags = ['--import', 'async-trace/register']
  const known = [['early'], null, null]
  assert.deepEqual(JSON.parse(runFile('./fixtures/late-import/after-work.mjs', { flags })), [known, known])
})

test('a chosen signal does not end a process where tracing is off', async () => {
  const source = "process.stdout.write('ready'); setTimeout(() => {}, 20_000)"
  const child = spawn(process.execPath, ['--import', 'async-trace/register', '--eval', source], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, ASYNC_TRACE: 'off', ASYNC_TRACE_SIGNAL: 'SIGUSR2' },
  })
  try {
    await once(child.stdout, 'data')
    child.kill('SIGUSR2')
    const [said] = await once(child.stderr, 'data')
    assert.equal(
      String(said),
      `async-trace: tracing is off: what is pending is not known here. Ask: async-trace tree ${child.pid}\n`,
    )
    assert.equal(child.exitCode, null)
  } finally {
    child.kill('SIGKILL')
  }
})
