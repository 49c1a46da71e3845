// What keeps a recorded process alive is listed with the place that made it; what keeps nothing alive is not.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keptAliveText } from '../dist/format/kept-alive-text.js'
import { withoutColumns } from './columns.mjs'
import { at } from './samples.mjs'
import { ask, memorySkip, start, stop } from './targets.mjs'

const register = new URL('../dist/register.js', import.meta.url).href
const skip = process.platform === 'win32' ? 'Windows has no SIGQUIT' : false
const PROGRAM = `\
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { Worker } from 'node:worker_threads'
function poll() { return setInterval(() => {}, 900_000) }
function again() { return setTimeout(() => {}, 800_000) }
function serve() { http.createServer(() => {}).listen(0, '127.0.0.1', ready) }
function start() { spawn('cat') }
function work() { new Worker('setInterval(() => {}, 900_000)', { eval: true }).on('online', ready) }
function watchFolder() { watch('.', () => {}) }
function unheard() { setInterval(() => {}, 700_000).unref(); net.createServer(() => {}).listen(0).unref(); clearTimeout(again()) }
let waiting = 2
function ready() { if (--waiting === 0) process.kill(process.pid, 'SIGQUIT') }
poll(); again(); again(); serve(); start(); work(); watchFolder(); unheard()
`

test('a dump on a signal lists timers, servers, child processes, workers and watches', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'async-trace-test-'))
  try {
    writeFileSync(join(folder, 'app.mjs'), PROGRAM)
    const options = { cwd: folder, encoding: 'utf8', timeout: 60_000 }
    const { stderr } = spawnSync(process.execPath, ['--import', register, 'app.mjs'], options)
    const [, list] = stderr.split('The process is kept alive by:\n')
    const lines = list
      .trimEnd()
      .split('\n')
      .map((line) =>
        withoutColumns(line)
          .replace(/, [^,]+ remaining/, '')
          .replace(/127\.0\.0\.1:\d+/, 'ADDRESS')
          .replace(/process \d+/, 'process PID'),
      )
    assert.deepEqual(lines.sort(), [
      '  child process PID cat, made by start() app.mjs:9',
      '  server ADDRESS, made by serve() app.mjs:8',
      '  setInterval 900000 ms, made by poll() app.mjs:6',
      '  setTimeout 800000 ms, made by again() app.mjs:7 ×2',
      '  watch of a file or folder, made by watchFolder() app.mjs:11',
      '  worker 1, made by work() app.mjs:10',
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('what is alike is one line, with the range of what differs; of many kinds the rest is counted', () => {
  const timer = (ms) => ({
    leaf: {
      kind: 'timer',
      label: `setTimeout 9000 ms, ${ms} ms remaining`,
      createdAt: at('poll', 'a.mjs', 3),
      remainingMs: ms,
    },
    calls: null,
  })
  const server = (port) => ({
    leaf: { kind: 'server', label: `server 127.0.0.1:${port}`, createdAt: null },
    calls: null,
  })
  const ports = Array.from({ length: 25 }, (_, i) => server(8_000 + i))
  const lines = keptAliveText([timer(20), timer(300), ...ports], 'basename').split('\n')
  assert.equal(lines[1], '  setTimeout 9000 ms, 20 ms to 300 ms remaining, made by poll() a.mjs:3:3 ×2')
  assert.equal(lines.at(-1), '  and 6 others')
  assert.equal(keptAliveText([], 'basename'), null)
})

test('from memory, a socket has the object that it belongs to, and the variable that leads to that', {
  skip: memorySkip(),
}, async () => {
  const target = await start('owners.mjs')
  try {
    const { stdout, stderr } = await ask(['tree', target.pid, '--via', 'memory', '--pause', '60'])
    const [, list = stderr] = stdout.split('The process is kept alive by:\n')
    assert.deepEqual(
      list
        .trimEnd()
        .replace(/:\d+(?=,|$)/gm, ':PORT')
        .split('\n')
        .sort(),
      [
        '  server 127.0.0.1:PORT',
        '  socket 127.0.0.1:PORT, of Connection in the variable alone of owners.mjs',
        '  socket 127.0.0.1:PORT, of Pool in the variable orders of owners.mjs',
        '  socket 127.0.0.1:… ×4',
      ],
    )
  } finally {
    await stop(target)
  }
})
