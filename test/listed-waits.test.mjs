// In a large heap, what is pending is found in the recorder's list rather than by V8.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile } from './node.mjs'

function answerOf(...args) {
  const output = runFile('./fixtures/listed-waits.mjs', { flags: ['--expose-gc'], args })
  const masked = output
    .replace(/\d+(?:\.\d+)? (?:ms|s|MB)\b/g, 'N')
    .replace(/Process \d+ at [^:]+:\d\d:[\d.]+Z/g, 'Process')
  return JSON.parse(masked)
}

test('a large heap tells of the same waits as a small one', () => {
  const small = answerOf('small', 'old')
  const large = answerOf('large', 'old')
  assert.equal(small.abandonedOnes, 0)
  assert.ok(small.tasks > 5)
  assert.deepEqual(large, small)
})

test('young waits are listed too, and what nothing can resume until V8 has collected it', () => {
  const small = answerOf('small', 'young')
  const large = answerOf('large', 'young')
  assert.deepEqual([small.abandonedOnes, large.abandonedOnes], [0, 10])
  assert.equal(large.tasks, small.tasks + 10)
})
