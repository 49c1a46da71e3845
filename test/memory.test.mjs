// Loops end in the same memory, abandoned promises are collected, settled tasks leave nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { casesOf, testEveryCase } from './every-case.mjs'
import { runFile } from './node.mjs'

const MEGABYTE = 1024 * 1024
const shapes = {
  'while (true) await': 300_000,
  'a call that suspends, a turn': 200_000,
  'a call with a deferred left pending, a turn': 100_000,
  'an un-awaited call a turn': 100_000,
  'a promise chain': 100_000,
  'a recursive async call': 50_000,
  'a recursive setImmediate': 100_000,
  'a recursive setTimeout': 2_000,
  'a setInterval': 1_000,
  'a recursive nextTick': 100_000,
  'an async generator': 100_000,
  'an accept loop': 1_500,
}

for (const [shape, turns] of casesOf(Object.entries(shapes), (_, i) => i % 4 === 0)) {
  test(`${shape}: ${turns} turns end in the same memory`, () => {
    const { heapGrowth, path } = JSON.parse(
      runFile('./fixtures/loop.mjs', { flags: ['--expose-gc'], args: [shape, String(turns)] }),
    )
    assert.ok(heapGrowth < MEGABYTE, `${heapGrowth} bytes more after ${turns} turns`)
    assert.ok(path.length <= 12, `a repeated group prints once:\n${path.join('\n')}`)
  })
}

test('abandoned promises are collected', () => {
  const { made, left } = JSON.parse(runFile('./fixtures/abandoned.mjs', { flags: ['--expose-gc'] }))
  assert.ok(left <= made / 100, `${left} of ${made} are still there`)
})

testEveryCase('100,000 settled tasks leave nothing', () => {
  const { heapGrowth } = JSON.parse(runFile('./fixtures/settled.mjs', { flags: ['--expose-gc'] }))
  assert.ok(heapGrowth < MEGABYTE / 2, `${heapGrowth} bytes`)
})

test('receivers and functions of long-pending work are let go', () => {
  const { made, left } = JSON.parse(runFile('./fixtures/receivers.mjs', { flags: ['--expose-gc'] }))
  assert.ok(left <= 1, `${left} of ${made} receivers are still there`)
})

test('so are those of thousands of long timers', () => {
  const { made, left } = JSON.parse(runFile('./fixtures/many-timers.mjs', { flags: ['--expose-gc'] }))
  assert.ok(left <= 1, `${left} of ${made} receivers are still there`)
})

test('settled promises and timers that are over, which a program keeps, keep nothing else alive', () => {
  const { kept, left } = JSON.parse(runFile('./fixtures/kept.mjs', { flags: ['--expose-gc'] }))
  assert.ok(kept > 300)
  for (const [what, count] of Object.entries(left)) assert.ok(count <= 1, `${what} keeps ${count} receivers`)
})

test('a burst of calls that stay pending holds a bounded number of receivers', () => {
  const { made, left } = JSON.parse(runFile('./fixtures/burst.mjs', { flags: ['--expose-gc'] }))
  assert.ok(left < made / 2, `${left} of ${made} receivers are still there`)
})

testEveryCase('a long queue of .then costs by its length, not by its square', () => {
  const { short, long } = JSON.parse(runFile('./fixtures/then-queue.mjs'))
  assert.ok(long < 40 * short, `10,000 jobs took ${short} ms of CPU time, 100,000 took ${long}`)
})
