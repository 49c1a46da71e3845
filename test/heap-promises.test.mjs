// What promises wait for, as V8's records of it say, on small heaps made by hand.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { promisesOf } from '../dist/heap/heap-promises.js'
import { HandMadeHeap } from './hand-made-heap.mjs'

let heap
const addPromise = () => heap.add('object', 'Promise')
const feedsOf = (promises) =>
  promises.feeds.map(({ from, to, kind, combinator }) => ({
    from,
    to,
    kind,
    ...(combinator !== null && { combinator }),
  }))

beforeEach(() => {
  heap = new HandMadeHeap()
})

/** A suspended function: what it awaits has its two functions as handlers. */
function addAwait(kind, awaits, ...fields) {
  const generator = heap.add('object', 'Object')
  const fn = heap.addFunction('waits', heap.add('object', 'system / Context'))
  heap.link(generator, 'internal', 'function', fn)
  fields.forEach((field, i) => {
    heap.link(generator, 'hidden', String(i), field)
  })
  const handlers = ['Resolve', 'Reject'].map((way) => {
    const handler = heap.addBuiltin(`${kind}${way}Closure`)
    heap.link(heap.child(handler, 'context'), 'internal', 'extension', generator)
    return handler
  })
  heap.addReaction(awaits, handlers)
  return { generator, fn }
}

test('an async function awaits a promise and settles its own', () => {
  const [awaits, own] = [addPromise(), addPromise()]
  const { generator, fn } = addAwait('AsyncFunctionAwait', awaits, own)
  const { suspended, feeds } = promisesOf(heap)
  assert.deepEqual(suspended, [{ generator, fn, kind: 'async function', awaits, settles: [own] }])
  assert.deepEqual(feeds, [])
})

test('an async generator settles what each call of next() that waits gave', () => {
  const [awaits, first, second] = [addPromise(), addPromise(), addPromise()]
  const [request, next] = [1, 2].map(() => heap.add('hidden', 'system / AsyncGeneratorRequest'))
  heap.link(request, 'hidden', '0', next)
  heap.link(request, 'hidden', '1', first)
  heap.link(next, 'hidden', '1', second)
  addAwait('AsyncGeneratorAwait', awaits, request)
  const [found] = promisesOf(heap).suspended
  assert.equal(found.kind, 'async generator')
  assert.deepEqual(found.settles, [first, second])
})

test('two functions that await one promise', () => {
  const awaits = addPromise()
  const both = [addAwait('AsyncFunctionAwait', awaits), addAwait('AsyncFunctionAwait', awaits)]
  const { suspended, reactionCounts } = promisesOf(heap)
  assert.deepEqual(
    suspended.map(({ generator }) => generator),
    both.map(({ generator }) => generator),
  )
  assert.equal(reactionCounts.get(awaits), 2)
})

test('then, with the callback between', () => {
  const [from, to] = [addPromise(), addPromise()]
  const callback = heap.addFunction('done', heap.add('object', 'system / Context'))
  heap.addReaction(from, [callback], to)
  const promises = promisesOf(heap)
  assert.deepEqual(feedsOf(promises), [{ from, to, kind: 'then' }])
  assert.equal(promises.feeds[0].callback, callback)
})

test('a promise that was resolved with another one', () => {
  const [from, to] = [addPromise(), addPromise()]
  heap.addReaction(from, [], to)
  assert.deepEqual(feedsOf(promisesOf(heap)), [{ from, to, kind: 'resolved with' }])
})

test('finally, with the callback that V8 keeps in its own function', () => {
  const [from, to] = [addPromise(), addPromise()]
  const callback = heap.addFunction('cleanUp', heap.add('object', 'system / Context'))
  heap.addReaction(from, [heap.addBuiltin('PromiseThenFinally', callback)], to)
  const promises = promisesOf(heap)
  assert.deepEqual(feedsOf(promises), [{ from, to, kind: 'finally' }])
  assert.equal(promises.feeds[0].callback, callback)
})

for (const [builtin, combinator] of [
  ['PromiseAllResolveElementClosure', 'Promise.all'],
  ['PromiseAllSettledResolveElementClosure', 'Promise.allSettled'],
  ['PromiseAnyRejectElementClosure', 'Promise.any'],
]) {
  test(`a member of ${combinator}`, () => {
    const [from, to] = [addPromise(), addPromise()]
    const capability = heap.add('hidden', 'system / PromiseCapability')
    heap.link(capability, 'hidden', '0', to)
    heap.addReaction(from, [heap.addBuiltin(builtin, capability)], addPromise())
    assert.deepEqual(feedsOf(promisesOf(heap)), [{ from, to, kind: 'combinator', combinator }])
  })
}

test('a resolver that waits for several promises is that of Promise.race; for one, it is no combinator', () => {
  const [first, second, race, lone, other] = [1, 2, 3, 4, 5].map(addPromise)
  const resolve = heap.addBuiltin('PromiseCapabilityDefaultResolve', race)
  heap.addReaction(first, [resolve])
  heap.addReaction(second, [resolve])
  heap.addReaction(lone, [heap.addBuiltin('PromiseCapabilityDefaultResolve', other)])
  assert.deepEqual(feedsOf(promisesOf(heap)), [
    { from: first, to: race, kind: 'combinator', combinator: 'Promise.race' },
    { from: second, to: race, kind: 'combinator', combinator: 'Promise.race' },
    { from: lone, to: other, kind: 'resolved with' },
  ])
})

test('the functions that can settle a promise', () => {
  const [promise, other] = [addPromise(), addPromise()]
  const resolve = heap.addBuiltin('PromiseCapabilityDefaultResolve', promise)
  const reject = heap.addBuiltin('PromiseCapabilityDefaultReject', promise)
  const alone = heap.addBuiltin('PromiseCapabilityDefaultReject', other)
  heap.addBuiltin('PromiseCapabilityDefaultResolve')
  assert.deepEqual(
    [...promisesOf(heap).resolvers],
    [
      [promise, { resolve: [resolve], reject: [reject] }],
      [other, { resolve: [], reject: [alone] }],
    ],
  )
})
