// What the tracer builds on in V8 and Node, and what would break it: facts that an engine may change.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runFile } from './node.mjs'

const facts = JSON.parse(runFile('./fixtures/engine-facts.mjs', { env: { ASYNC_TRACE: 'off' } }))

test('the order of promise events', () => {
  assert.deepEqual(facts.events, {
    'await value': 'init 1 -, init 2 1, settled 2, init 3 2, before 3, settled 1, settled 3, after 3',
    'await promise': 'init 1 -, init 2 -, init 3 2',
    'await call':
      'init 1 -, init 2 -, init 3 2, settled 3, init 4 3, init 5 2, before 4, settled 2, settled 4, after 4, before 5, settled 1, settled 5, after 5',
    'await nothing': 'init 1 -, init 2 -, settled 2, init 3 2, before 3, settled 1, settled 3, after 3',
    'await thenable':
      'init 1 -, init 2 1, init 3 2, before 2, settled 2, after 2, before 3, settled 1, settled 3, after 3',
    '.then': 'init 1 -, settled 1, species, init 2 1, before 2, settled 2, after 2',
  })
})

test('a promise resolver is an anonymous native function of one argument', () => {
  assert.deepEqual(facts.resolver, ['function () { [native code] }', '', 1])
})

test('the position of an async function is that of its async', () => {
  assert.deepEqual(facts.enclosing, ['async function', 'async (', 'async method'])
})

test('the switch for stacks without awaiters works for one capture', () => {
  assert.deepEqual(facts.awaiters, [false, true])
})

const threads = JSON.parse(runFile('./fixtures/engine-facts-threads.mjs', { env: { ASYNC_TRACE: 'off' } }))

test('an arriving message is dispatched with three arguments, the third undefined', () => {
  assert.deepEqual(threads.dispatch, [
    [3, 'message', null],
    [3, 'message', 'message'],
  ])
})

test("a worker's --require runs before its first line, and finds its port and its data", () => {
  assert.deepEqual(threads.worker, {
    publicPort: true,
    seen: { data: { a: 1 }, workerData: 'data', hasPort: true },
  })
})

test('a message between processes whose cmd begins with NODE_ is kept from the program', () => {
  assert.deepEqual(threads.processes, { internal: ['NODE_X'], plain: ['plain'] })
})

test('V8 walks from a promise to the one function that awaits it, as far as it is asked, and not from a shared one', () => {
  const { one, two, shared, settled, pending } = JSON.parse(runFile('./fixtures/await-probe.mjs'))
  assert.deepEqual(one, ['leaf 9'])
  assert.deepEqual(two, ['leaf 9', 'middle 12'])
  assert.deepEqual(shared, [])
  assert.deepEqual(settled, [])
  assert.deepEqual(pending, [true, false, false])
})
