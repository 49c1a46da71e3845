// Which timers settle a promise, on small heaps made by hand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Retainers } from '../dist/heap/retainers.js'
import { SettlingTimerSearch } from '../dist/heap/settling-timers.js'

const [RESOLVE, REJECT, SCOPE, CALLBACK, TIMER, OBJECT, FINISH, OUTER, LIST] = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/** @param edges from, type, name, to. @param words of each function's text. */
function timersIn(edges, words) {
  const heap = {
    retainersOf: (nodes) =>
      new Map(
        [...nodes].map((node) => [
          node,
          edges.filter((edge) => edge[3] === node).map(([from, type, name]) => ({ node: from, type, name })),
        ]),
      ),
    edges: () => [],
    // Every function here is one of the program's, by the name of its script.
    child: (_node, name) => ({ shared: 100, script: 101, name: 102 })[name] ?? -1,
    typeOf: (node) => (words[node] === undefined ? 'object' : 'closure'),
    nameOf: () => 'app.mjs',
    locationOf: () => null,
    scriptUrlOf: () => '',
  }
  const use = {
    canUse: (fn, variable) => words[fn].includes(variable),
    wordsOf: (fn) => new Set(words[fn]),
    // What is only taken out of a list.
    usesOf: (fn) => new Set(words[fn].filter((_word, i) => words[fn][i - 1] !== 'delete')),
  }
  const retainers = new Retainers(heap)
  const search = new SettlingTimerSearch(heap, retainers, new Map([[TIMER, 0]]), use)
  return retainers.answer(search.timersOf({ resolve: [RESOLVE], reject: [REJECT] }))
}

const executor = [
  [SCOPE, 'context', 'resolve', RESOLVE],
  [SCOPE, 'context', 'reject', REJECT],
  [CALLBACK, 'internal', 'context', SCOPE],
  [TIMER, 'property', '_onTimeout', CALLBACK],
]

test('setTimeout(resolve)', () => {
  const found = timersIn([[TIMER, 'property', '_onTimeout', RESOLVE]], {})
  assert.deepEqual(found, { resolving: TIMER, limiting: null })
})

test('setTimeout(reject)', () => {
  const found = timersIn([[TIMER, 'property', '_onTimeout', REJECT]], {})
  assert.deepEqual(found, { resolving: null, limiting: TIMER })
})

for (const [text, resolving, limiting] of [
  ['resolve', TIMER, null],
  ['reject Error', null, TIMER],
  ['resolve reject', TIMER, null],
  ['delete resolve reject', null, TIMER],
  ['delete resolve', null, null],
  ['other', null, null],
]) {
  test(`a callback that names ${text}`, () => {
    assert.deepEqual(timersIn(executor, { [CALLBACK]: text.split(' ') }), { resolving, limiting })
  })
}

for (const [text, resolving, limiting] of [
  ['finish', TIMER, null],
  ['finish TimeoutError', null, TIMER],
]) {
  test(`through a function that does either, from a callback that names ${text}`, () => {
    const edges = [
      [SCOPE, 'context', 'resolve', RESOLVE],
      [SCOPE, 'context', 'reject', REJECT],
      [FINISH, 'internal', 'context', SCOPE],
      [OUTER, 'context', 'finish', FINISH],
      [CALLBACK, 'internal', 'context', OUTER],
      [TIMER, 'property', '_onTimeout', CALLBACK],
    ]
    const words = { [FINISH]: ['resolve', 'reject'], [CALLBACK]: text.split(' ') }
    assert.deepEqual(timersIn(edges, words), { resolving, limiting })
  })
}

for (const [text, resolving] of [
  ['job resolve', TIMER],
  ['job sweep', null],
]) {
  test(`by an object's property, from a callback that names ${text}`, () => {
    const edges = [
      [OBJECT, 'property', 'resolve', RESOLVE],
      [SCOPE, 'context', 'job', OBJECT],
      [CALLBACK, 'internal', 'context', SCOPE],
      [TIMER, 'property', '_onTimeout', CALLBACK],
    ]
    assert.deepEqual(timersIn(edges, { [CALLBACK]: text.split(' ') }), { resolving, limiting: null })
  })
}

test('the sweep of a list stands beside', () => {
  const edges = [
    [LIST, 'element', '0', RESOLVE],
    [SCOPE, 'context', 'waiting', LIST],
    [CALLBACK, 'internal', 'context', SCOPE],
    [TIMER, 'property', '_onTimeout', CALLBACK],
  ]
  assert.deepEqual(timersIn(edges, { [CALLBACK]: ['waiting'] }), { resolving: null, limiting: null })
})

test('an argument of setTimeout', () => {
  const edges = [
    [LIST, 'element', '0', RESOLVE],
    [TIMER, 'property', '_timerArgs', LIST],
  ]
  assert.deepEqual(timersIn(edges, {}), { resolving: TIMER, limiting: null })
})
