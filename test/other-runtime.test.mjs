// Deno and Bun get one line instead of a crash, by their export conditions, which Node.js can be told to use.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import * as api from 'async-trace'
import * as http from 'async-trace/http'

const PROGRAM = `
import { debugHandler } from 'async-trace/http'
import * as api from 'async-trace'
api.printTrace()
await api.printTasks()
let refused
try { api.collectAsyncTrace() } catch (error) { refused = error.code }
console.log(JSON.stringify({ names: Object.keys(api), refused, isOn: api.isTracingEnabled(), debugHandler: typeof debugHandler }))
`

for (const condition of ['deno', 'bun']) {
  test(`${condition}: one line, and all names are there`, () => {
    const args = [`--conditions=${condition}`, '--import', 'async-trace/register', '--input-type=module', '-e', PROGRAM]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.equal(
      stderr,
      'async-trace: This runtime is not supported. async-trace uses internals of Node.js; nothing is traced.\n',
    )
    const { names, ...rest } = JSON.parse(stdout)
    assert.deepEqual(names.sort(), [...Object.keys(api), ...Object.keys(http)].sort())
    assert.deepEqual(rest, { refused: 'ERR_ASYNC_TRACE_UNSUPPORTED_RUNTIME', isOn: false, debugHandler: 'function' })
  })
}
