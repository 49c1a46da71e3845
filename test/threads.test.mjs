// Paths across threads: what the programs in test/programs/threads-*.mjs do not show.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile } from './node.mjs'

const WAYS = [
  'eval',
  'data',
  'esm',
  'path',
  'cjs',
  'shared environment',
  'own environment',
  'own flags',
  'no flags',
  'resource limits',
  'subclass',
]
for (const way of WAYS) {
  test(`a worker prints who posted to it: ${way}`, () => {
    const flags = ['--expose-gc', '--max-old-space-size=512']
    const lines = runFile('./fixtures/thread-ways.mjs', { args: [way], flags })
      .trimEnd()
      .split('\n')
    assert.match(lines[0], /^↑ MessagePort\.onMessage\(\) at line [34] \[/)
    assert.match(lines[1], /^ {2}↑ post\(\) at line \d+ \[.*\] \[WORKER\]$/)
    assert.match(lines[2], /^ {4}↑ <module> at line \d+ \[/)
    assert.deepEqual(lines.slice(3), ['      ↑ Task-1'])
  })
}
