// The text of a creation path: packages folded, no further to the right than a terminal has room for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAsyncTrace } from 'async-trace'

const task = { id: 1, name: 'Task-1' }

function trace(...frames) {
  const all = frames.map(([filename, name = 'f', boundary = null], indent) => ({
    name,
    filename,
    line: 1,
    column: 1,
    indent,
    task: null,
    boundary,
    isExecutor: false,
    threadId: 0,
    repeated: 1,
  }))
  all.push({ ...all[0], name: 'Task-1', filename: null, line: null, column: null, task, indent: all.length })
  return { frames: all, currentTask: task, inExecutor: false }
}

const inPackage = (name, fn, boundary) => [`/app/node_modules/${name}/index.js`, fn, boundary]
const own = (name) => ['/app/own.mjs', name]
const format = (frames, options) => formatAsyncTrace(trace(...frames), { paths: 'basename', ...options })
const frames = [
  own('query'),
  inPackage('fastify', 'a', 'async'),
  inPackage('fastify', 'b'),
  inPackage('fastify', 'c', 'then'),
  inPackage('fastify', 'c', 'async'),
  inPackage('avvio', 'd'),
  inPackage('avvio', 'e'),
  own('main'),
]

test('functions of a package in a row are one line with each of their marks once; two are not', () => {
  assert.equal(
    format(frames),
    [
      '↑ query() at line 1 [own.mjs]',
      '  ↑ … 4 functions of fastify [ASYNC] [THEN]',
      '    ↑ d() at line 1 [index.js]',
      '      ↑ e() at line 1 [index.js]',
      '        ↑ main() at line 1 [own.mjs]',
      '          ↑ Task-1',
    ].join('\n'),
  )
})

test('each function has its line where that is asked for, and as V8 prints stacks', () => {
  assert.equal(format(frames, { packages: 'whole' }).split('\n').length, 9)
  assert.equal(format(frames, { style: 'stack' }).match(/ at /g).length, 8)
})

test('the innermost function is shown, also where all are of one package', () => {
  const lines = format([...'abcde'].map((name) => inPackage('pg', name))).split('\n')
  assert.equal(lines[0], '↑ a() at line 1 [index.js]')
  assert.equal(lines[1], '  ↑ … 4 functions of pg')
})

test('a long path goes no further to the right than twelve steps', () => {
  const lines = format(Array.from({ length: 40 }, () => own('deep'))).split('\n')
  assert.equal(lines.length, 41)
  assert.equal(Math.max(...lines.map((line) => line.indexOf('↑'))), 24)
  assert.equal(lines[12].indexOf('↑'), 24)
  assert.equal(lines[11].indexOf('↑'), 22)
})

test('what is no way of showing packages is refused', () => {
  assert.throws(() => format(frames, { packages: 'none' }), { code: 'ERR_INVALID_ARG_VALUE' })
})
