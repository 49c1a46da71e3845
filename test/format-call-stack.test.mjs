// The call stack of a promise with its awaiters, exactly as the documentation prints it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flatCallStack } from '../dist/model/flat-call-stack.js'
import { formatCallStack } from '../dist/showing.js'
import { entry, referenceTo, stackOf } from './samples.mjs'

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
  |   test.mjs:4:3
  + Awaited by:
     * Task(name='Task-1', id=1)
        + Call stack:
        | * async Promise.all (index 0)
        | * async main()
        |   test.mjs:7:3`,
  )
})

test('several awaiters, a bare promise, a generator, a ring, awaiters that are reached again', () => {
  const main = stackOf(1, [entry('main', 'async function', 'm.mjs', 9)])
  const rows = [entry('rows', 'async generator', 'g.mjs', 2), entry('f', 'function', 'g.mjs', 3)]
  const through = ['Promise.all (index 1)', 'Promise.race'].map((name) => entry(name, 'combinator'))
  const load = stackOf(3, [])
  load.awaitedBy.push(main, stackOf(2, [], [referenceTo(load, [], true)]))
  const stack = stackOf(null, [], [load, stackOf(4, rows, [referenceTo(main, through)])])
  const text = `\
* Promise
  + Awaited by:
     * Task(name='Task-3', id=3) #${load.id}
        + Awaited by:
           * Task(name='Task-1', id=1) #${main.id}
              + Call stack:
              | * async main()
              |   m.mjs:9:3
           * Task(name='Task-2', id=2)
              + Awaited by:
                 * Task(name='Task-3', id=3) → #${load.id} (cycle)
     * Task(name='Task-4', id=4)
        + Call stack:
        | * async generator rows()
        |   g.mjs:2:3
        | * f()
        |   g.mjs:3:3
        + Awaited by:
           * Promise.all (index 1): Promise.race: Task(name='Task-1', id=1) → #${main.id}`
  assert.equal(formatCallStack(stack, basename), text)
  assert.equal(formatCallStack(JSON.parse(JSON.stringify(flatCallStack(stack))), basename), text)
})

test('of a part of a call stack, what stands outside of it is there without its awaiters', () => {
  const main = stackOf(1, [entry('main', 'async function', 'm.mjs', 9)], [stackOf(5, [])])
  const text = formatCallStack(stackOf(2, [], [referenceTo(main)]), basename)
  assert.equal(
    text.replace(/ #\d+/, ''),
    `\
* Task(name='Task-2', id=2)
  + Awaited by:
     * Task(name='Task-1', id=1)
        + Call stack:
        | * async main()
        |   m.mjs:9:3`,
  )
})

test('ten thousand awaiters deep, and forty diamonds, stay linear, as JSON too', () => {
  let deep = stackOf(10_000, [])
  for (let id = 9_999; id >= 1; id--) deep = stackOf(id, [], [deep])
  const text = formatCallStack(deep)
  assert.equal(text.match(/\* (\[\d+\] )?Task\(/g).length, 10_000)
  assert.ok(text.length < 10_000 * 400)
  assert.match(text, /^ +\* \[9999\] Task\(name='Task-10000', id=10000\)$/m)
  assert.equal(JSON.parse(JSON.stringify(flatCallStack(deep))).entries.length, 10_000)

  let layer = [stackOf(1, [])]
  for (let i = 0; i < 40; i++)
    layer = [
      stackOf(2 * i + 2, [], layer),
      stackOf(
        2 * i + 3,
        [],
        layer.map((it) => referenceTo(it)),
      ),
    ]
  assert.ok(formatCallStack(stackOf(99, [], layer)).split('\n').length < 300)
})

test('what is no call stack is refused', () => {
  const expected = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /"callStack".*Received null/ }
  assert.throws(() => formatCallStack(null), expected)
})
