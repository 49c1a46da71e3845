// A dump that cannot show everything says so: it never looks as if nothing were pending.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { runSource } from './node.mjs'

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
