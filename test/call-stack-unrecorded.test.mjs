// The call stack of a promise that no record knows: tracing is off, or began when the promise waited already.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile, runSource } from './node.mjs'

const program = 'fixtures/unrecorded-stacks.mjs'
const HEAP = 'hat was not recorded is read from the heap, without where and when it began.'
const toMain = [['Promise.all', 'all:26'], []]
/** Of several that await one promise, V8 tells no line. */
const stacks = {
  single: [[], [[['leaf:20', 'middle:23'], [toMain]]]],
  shared: [
    [],
    [
      [['behindThen:39'], []],
      [['rows', 'loop:33'], []],
      [['second'], []],
    ],
  ],
  own: [['leaf:20', 'middle:23'], [toMain]],
  derived: [[], [[['behindThen:39'], []]]],
  lone: [[], []],
  settled: [[], []],
}
const later = [[], [[['afterwards:49'], []]]]

function answers(env, ...args) {
  const lines = runFile(program, { env, args }).trim().split('\n')
  return new Map(lines.map((line) => JSON.parse(line)).map(({ name, ...answer }) => [name, answer]))
}

test('tracing is off: the engine knows all, and a settled promise costs nothing', () => {
  const found = answers({ ASYNC_TRACE: 'off' }, 'heap')
  const said = `Tracing is off: w${HEAP}`
  for (const [name, stack] of Object.entries({ ...stacks, later })) {
    const isRead = name !== 'settled'
    assert.deepEqual(found.get(name), { stack, said: isRead ? said : null, read: isRead ? 1 : 0 }, name)
  }
})

test('tracing began when they waited already', () => {
  const found = answers({}, 'heap')
  for (const [name, stack] of Object.entries({ ...stacks, later })) assert.deepEqual(found.get(name).stack, stack, name)
  assert.equal(found.get('single').said, `W${HEAP}`)
  assert.equal(found.get('lone').said, null)
})

test('unasked, the heap is read for what is not in the records only', () => {
  const found = answers({})
  assert.deepEqual(found.get('single'), { stack: stacks.single, said: `W${HEAP}`, read: 1 })
  assert.deepEqual(found.get('settled'), { stack: stacks.settled, said: null, read: 0 })
  assert.deepEqual(found.get('later'), { stack: later, said: null, read: 0 })
})

test('where the heap is not read, the answer says what could be had', () => {
  const found = answers({ ASYNC_TRACE: 'off' }, 'records')
  const { stack, said, read } = found.get('single')
  assert.deepEqual([stack, read], [[[], []], 0])
  assert.match(said, /^Tracing is off: what was not recorded is not shown\. \{ heap: true } reads the heap, \d+ MB in/)
})

test('rings of promises and of awaits end', () => {
  const printed = runSource(
    `
    import { captureCallStack } from 'async-trace'
    const box = {}
    async function left() { await null; return box.right }
    async function right() { await null; return box.left }
    box.left = left()
    box.right = right()
    async function one() { await null; await box.two }
    async function two() { await null; await box.one }
    box.one = one()
    box.two = two()
    box.self = new Promise((resolve) => setTimeout(() => resolve(box.derived), 5))
    box.derived = box.self.then(() => {})
    await new Promise((resolve) => setTimeout(resolve, 20))
    const isIn = ({ cycle, awaitedBy }) => cycle || awaitedBy.some(isIn)
    for (const promise of Object.values(box)) console.log(isIn(captureCallStack({ promise, heap: true })))`,
    { env: { ASYNC_TRACE: 'off' } },
  )
  assert.deepEqual(printed.trim().split('\n').slice(2, 4), ['true', 'true'])
  assert.equal(printed.trim().split('\n').length, 6)
})
