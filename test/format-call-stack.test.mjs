// The call stack of a promise with its awaiters, exactly as the documentation prints it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCallStack } from '../dist/showing.js'
import { entry, stackOf } from './samples.mjs'

const basename = { paths: 'basename' }

test('a task with its awaiter through a combinator', () => {
  const main = [entry('Promise.all (index 0)', 'combinator'), entry('main', 'async function', 'test.mjs', 7)]
  const stack = stackOf(2, [entry('test', 'async function', 'test.mjs', 4)], [stackOf(1, main)])
  assert.equal(
    formatCallStack(stack, basename),
    `\
* Task(name='Task-2', id=2)
  + Call stack:
  | * async test()
  |   test.mjs:4
  + Awaited by:
     * Task(name='Task-1', id=1)
        + Call stack:
        | * async Promise.all (index 0)
        | * async main()
        |   test.mjs:7`,
  )
})

test('several awaiters, a bare promise, a generator, a cycle, a stack that stands there already', () => {
  const shared = stackOf(1, [entry('main', 'async function', 'm.mjs', 9)])
  const generator = stackOf(
    4,
    [entry('rows', 'async generator', 'g.mjs', 2), entry('f', 'function', 'g.mjs', 3)],
    [shared],
  )
  const stack = stackOf(null, [], [stackOf(3, [], [shared, stackOf(2, [], [], true)]), generator])
  assert.equal(
    formatCallStack(stack, basename),
    `\
* Promise
  + Awaited by:
     * Task(name='Task-3', id=3)
        + Awaited by:
           * Task(name='Task-1', id=1)
              + Call stack:
              | * async main()
              |   m.mjs:9
           * Task(name='Task-2', id=2) (cycle: shown above)
     * Task(name='Task-4', id=4)
        + Call stack:
        | * async generator rows()
        |   g.mjs:2
        | * f()
        |   g.mjs:3
        + Awaited by:
           * Task(name='Task-1', id=1) (shown above)`,
  )
})

test('ten thousand awaiters deep, and forty diamonds, stay linear', () => {
  let deep = stackOf(10_000, [])
  for (let id = 9_999; id >= 1; id--) deep = stackOf(id, [], [deep])
  const text = formatCallStack(deep)
  assert.equal(text.match(/\* (\[\d+\] )?Task\(/g).length, 10_000)
  assert.ok(text.length < 10_000 * 400)
  assert.match(text, /^ +\* \[9999\] Task\(name='Task-10000', id=10000\)$/m)

  let layer = [stackOf(1, [])]
  for (let i = 0; i < 40; i++) layer = [stackOf(2 * i + 2, [], layer), stackOf(2 * i + 3, [], layer)]
  assert.ok(formatCallStack(stackOf(99, [], layer)).split('\n').length < 300)
})

test('what is no call stack is refused', () => {
  const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /"callStack".*Received null/ }
  assert.throws(() => formatCallStack(null), expected)
})
