// The dump's signal changes nothing of what the signal does to the program: bare and traced, each program ends alike.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from './targets.mjs'

const skip = process.platform === 'win32' ? 'Windows has no SIGQUIT' : false
const root = fileURLToPath(new URL('..', import.meta.url))
const START = 'async function waits() { await new Promise((r) => setTimeout(r, 900_000)) } waits(); '
const UP = '; console.log("up", process.listenerCount("SIGQUIT"), process.listeners("SIGQUIT").length)'

/** Starts a program, sends it the signals one by one, and says how it ended. */
async function outcome(source, { traced, signals = ['SIGQUIT'], env = {} }) {
  const flags = traced ? ['--import', 'async-trace/register'] : []
  const child = spawn(process.execPath, [...flags, '--input-type=commonjs', '--eval', START + source + UP], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seen = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      seen[stream] += text
    })
  }
  const ended = once(child, 'close')
  await until(() => seen.stdout.includes('up'))
  for (const [i, signal] of signals.entries()) {
    child.kill(signal)
    // The last one ends the program; before that, each is answered.
    if (i < signals.length - 1) await until(() => seen.stdout.split('heard').length > i + 1)
  }
  const [code, signal] = await ended
  return { code, signal, ...seen }
}

const WORKER = 'new (require("worker_threads").Worker)("setInterval(() => {}, 1_000)", { eval: true })'

for (const [name, source, signals, dumps = 1] of [
  ['no listener: it ends the process', '', ['SIGQUIT']],
  ['with a worker thread, which is asked first', WORKER, ['SIGQUIT']],
  [
    'a listener decides, and is called with the same arguments',
    'process.on("SIGQUIT", (...args) => { console.log("heard", args) })',
    ['SIGQUIT', 'SIGQUIT', 'SIGKILL'],
    2,
  ],
  ['a listener for one time', 'process.once("SIGQUIT", () => console.log("heard"))', ['SIGQUIT', 'SIGQUIT']],
  [
    'a listener that was removed again',
    'const f = () => {}; process.on("SIGQUIT", f); process.off("SIGQUIT", f)',
    ['SIGQUIT'],
    0,
  ],
  ['a listener that ends the process', `${WORKER}; process.on("SIGQUIT", () => process.exit(5))`, ['SIGQUIT']],
  [
    'what signal-exit does: it ends the process if its listener is the only one',
    `process.on("SIGQUIT", function own() {
       if (process.listeners("SIGQUIT").length > 1) return
       console.log("heard")
       process.off("SIGQUIT", own)
       process.kill(process.pid, "SIGQUIT")
     })`,
    ['SIGQUIT'],
  ],
  ['another signal, such as nodemon’s', '', ['SIGUSR2'], 0],
]) {
  test(`SIGQUIT: ${name}`, { skip }, async () => {
    const [bare, traced] = await Promise.all([false, true].map((traced) => outcome(source, { traced, signals })))
    assert.deepEqual([traced.code, traced.signal, traced.stdout], [bare.code, bare.signal, bare.stdout])
    assert.equal(bare.stderr, '')
    assert.equal(traced.stderr.match(/^Process \d+ at .*: 1 task in \d threads?/gm)?.length ?? 0, dumps, traced.stderr)
    if (dumps > 0) assert.match(traced.stderr, /waits\(\)/)
  })
}

test('a chosen signal prints the dump, and the process goes on', { skip }, async () => {
  const env = { ASYNC_TRACE_SIGNAL: 'SIGQUIT' }
  const source = 'process.on("SIGQUIT", () => console.log("heard"))'
  const traced = await outcome(source, { traced: true, signals: ['SIGQUIT', 'SIGQUIT', 'SIGKILL'], env })
  assert.equal(traced.signal, 'SIGKILL')
  assert.equal(traced.stderr.match(/1 task in 1 thread/g).length, 2)
})
