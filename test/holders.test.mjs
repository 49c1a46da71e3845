// What holds the resolver of a promise, on small heaps made by hand.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { HolderSearch } from '../dist/heap/holders.js'
import { HandMadeHeap } from './hand-made-heap.mjs'

let heap
let resolvers
let suspended
let timers
let top

beforeEach(() => {
  heap = new HandMadeHeap()
  resolvers = new Map()
  suspended = []
  timers = new Map()
  const native = heap.add('object', 'system / NativeContext')
  top = heap.add('object', 'system / Context')
  heap.link(top, 'internal', 'previous', native)
})

/** A promise with its functions that an async function awaits. */
function addPromise(name = 'waits') {
  const promise = heap.add('object', 'Promise')
  const [resolve, reject] = [heap.add('closure'), heap.add('closure')]
  resolvers.set(promise, { resolve: [resolve], reject: [reject] })
  addSuspended(name, promise)
  return { promise, resolve, reject }
}

/** @returns its scope, which only it holds. */
function addSuspended(name, awaits, variable = 'own', held = heap.add('object')) {
  const generator = heap.add('object', 'Object')
  const fn = heap.addFunction(name, top)
  const registers = heap.add('array', '(object elements)')
  heap.link(generator, 'internal', 'function', fn)
  heap.link(generator, 'internal', 'parameters_and_registers', registers)
  heap.link(registers, 'internal', '0', heap.addScope(top, variable, held))
  suspended.push({ generator, fn, kind: 'async function', awaits, settles: [] })
  return generator
}

function search(feeds = [], isOutOfTime = () => false) {
  const capture = { heap, timerIndices: timers, handleIndices: new Map(), own: new Set(), isOutOfTime }
  return new HolderSearch(capture, { suspended, feeds, reactionCounts: new Map(), resolvers }, () => null)
}

test('a resolver in an object of a class of the program, with the properties that lead to it', () => {
  const { promise, resolve } = addPromise()
  const pool = heap.add('object', 'Pool')
  const list = heap.add('object', 'Array')
  heap.link(pool, 'property', 'waiting', list)
  heap.link(list, 'element', '0', resolve)
  assert.deepEqual(search().holderOf(promise), { kind: 'object', node: pool, path: '.waiting' })
})

test('a resolver in a variable of the module', () => {
  const { promise, resolve } = addPromise()
  heap.link(top, 'context', 'release', resolve)
  heap.addFunction('letGo', top)
  assert.deepEqual(search().holderOf(promise), { kind: 'variable', name: 'release', path: '' })
})

test('a resolver in what a module exports', () => {
  const { promise, resolve } = addPromise()
  const list = heap.add('object', 'Array')
  const cell = heap.add('hidden', 'system / Cell')
  const table = heap.add('array')
  heap.link(list, 'element', '0', resolve)
  heap.link(cell, 'internal', 'value', list)
  heap.link(table, 'internal', '3', heap.add('string', 'waiters'))
  heap.link(table, 'internal', '4', cell)
  assert.deepEqual(search().holderOf(promise), { kind: 'variable', name: 'waiters', path: '' })
})

test('a variable is nearer than an object of a class that leads to it', () => {
  const { promise, resolve } = addPromise()
  const [list, registry] = [heap.add('object', 'Array'), heap.add('object', 'Registry')]
  const middle = heap.add('object', 'Array')
  heap.link(list, 'element', '0', resolve)
  heap.link(top, 'context', 'waiters', list)
  heap.addFunction('letGo', top)
  heap.link(middle, 'element', '0', list)
  heap.link(registry, 'property', 'modules', middle)
  assert.deepEqual(search().holderOf(promise), { kind: 'variable', name: 'waiters', path: '' })
})

test('when the time is over, what was found by then counts, and nothing is said of what was not looked at', () => {
  const { promise, resolve } = addPromise()
  const owner = addSuspended('owner', heap.add('object', 'Promise'), 'release', resolve)
  for (const mostPasses of [0, 1, 2]) {
    heap.passes = 0
    assert.deepEqual(search([], () => heap.passes >= mostPasses).holderOf(promise), { kind: 'nobody' })
  }
  assert.deepEqual(search([], () => heap.passes >= 50).holderOf(promise), { kind: 'suspended', generators: [owner] })
})

test('a resolver that is the callback of an active timer', () => {
  const { promise, resolve } = addPromise()
  const timer = heap.add('object', 'Timeout')
  timers.set(timer, 0)
  heap.link(timer, 'property', '_onTimeout', resolve)
  assert.deepEqual(search().holderOf(promise), { kind: 'timer', node: timer })
})

test('a timer that only rejects is a time limit', () => {
  const { promise, resolve, reject } = addPromise()
  const timer = heap.add('object', 'Timeout')
  timers.set(timer, 0)
  heap.link(timer, 'property', '_onTimeout', reject)
  heap.link(top, 'context', 'release', resolve)
  const found = search()
  assert.deepEqual(found.holderOf(promise), { kind: 'variable', name: 'release', path: '' })
  assert.equal(found.timeLimitOf(promise), timer)
})

test('a resolver that only another suspended function has', () => {
  const { promise, resolve } = addPromise()
  const owner = addSuspended('owner', heap.add('object', 'Promise'), 'release', resolve)
  assert.deepEqual(search().holderOf(promise), { kind: 'suspended', generators: [owner] })
})

test('a resolver that the callback of a then has: the promise of that then comes first', () => {
  const { promise, resolve } = addPromise()
  const [source, derived] = [heap.add('object', 'Promise'), heap.add('object', 'Promise')]
  const reaction = heap.add('hidden', 'system / PromiseReaction')
  const callback = heap.addFunction('done', heap.addScope(top, 'release', resolve))
  heap.link(reaction, 'internal', '0', callback)
  const feed = { from: source, to: derived, kind: 'then', combinator: null, callback, reaction }
  assert.deepEqual(search([feed]).holderOf(promise), { kind: 'promise', node: derived })
})

test('a resolver that nothing has', () => {
  const { promise } = addPromise()
  assert.deepEqual(search().holderOf(promise), { kind: 'nobody' })
})

test('many promises take no more passes over the heap than one, with the same answers', () => {
  const add = () => {
    const { promise, resolve } = addPromise()
    const job = heap.add('object', 'Job')
    const list = heap.add('object', 'Array')
    const map = heap.add('object', 'Map')
    heap.link(job, 'property', 'done', resolve)
    heap.link(list, 'element', '0', job)
    heap.link(map, 'internal', '1', list)
    heap.link(top, 'context', 'jobs', map)
    return { promise, job }
  }
  const one = add()
  search().findAll()
  const passesOfOne = heap.passes
  const all = [one, ...Array.from({ length: 40 }, add)]
  heap.passes = 0
  const found = search()
  found.findAll()
  assert.equal(heap.passes, passesOfOne)
  for (const { promise, job } of all) {
    assert.deepEqual(found.holderOf(promise), { kind: 'object', node: job, path: '.done' })
  }
  assert.equal(heap.passes, passesOfOne)
})

test('the stack that an error captured keeps a resolver alive, and is not what calls it', () => {
  const { promise, resolve } = addPromise()
  const site = heap.add('object', 'CallSite')
  const info = heap.add('hidden', 'system / CallSiteInfo')
  heap.link(site, 'property', '<symbol>', info)
  heap.link(info, 'internal', 'function', resolve)
  assert.deepEqual(search().holderOf(promise), { kind: 'nobody' })
  const own = heap.add('object', 'CallSite')
  heap.link(own, 'property', 'done', resolve)
  assert.deepEqual(search().holderOf(promise), { kind: 'object', node: own, path: '.done' })
})
