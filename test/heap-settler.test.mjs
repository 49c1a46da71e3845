// What follows for a promise from the object of a heap that holds its resolver, whatever a source calls the nodes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endIn } from '../dist/model/wait-end.js'
import { settlerOfHolder } from '../dist/waits/heap-settler.js'

const end = endIn({ kind: 'object', className: 'Pool', path: '.queue' })
const [function1, promise2, object3] = [{}, {}, {}]
const known = { 1: function1, 2: promise2, 3: object3 }
const ids = {
  functionOf: (generator) => known[generator] ?? null,
  promiseOf: (node) => known[node] ?? null,
  objectOf: (node) => known[node] ?? node,
}
const settlerOf = (holder) => settlerOfHolder('promise', holder, end, ids)

test('a promise of a `.then` that can settle it comes first, if the source knows it', () => {
  const settling = { on: promise2, of: 'promise', kind: 'held resolver', mode: 'all', callback: null }
  assert.deepEqual(settlerOf({ kind: 'promise', node: 2 }), { kind: 'settlings', settlings: [settling] })
  assert.equal(settlerOf({ kind: 'promise', node: 9 }).end.waker.kind, 'unknown')
})

test('suspended functions are the holders only if the source knows all of them', () => {
  assert.deepEqual(settlerOf({ kind: 'suspended', generators: [1] }), { kind: 'functions', ids: [function1], end })
  assert.deepEqual(settlerOf({ kind: 'suspended', generators: [1, 9] }), { kind: 'functions', ids: [], end })
})

test('what the source knows by the object itself is the same end for all promises', () => {
  assert.equal(settlerOf({ kind: 'object', node: 3, path: '.queue' }).key, object3)
  assert.equal(settlerOf({ kind: 'object', node: 9, path: '.queue' }).key, 9)
  assert.equal(settlerOf({ kind: 'variable', name: 'queue', path: '' }).key, 'promise')
})

test('a part of a resource may be given back elsewhere, if the source does not know all that have it', () => {
  const part = { after: [], atWorkFor: [2], isElsewhere: false }
  const inUse = [
    { ...part, generators: [1] },
    { ...part, generators: [1, 9] },
  ]
  const { heldBy } = settlerOf({ kind: 'resource', node: 3, inUse, resource: { needsAll: false }, capacity: null })
  assert.equal(heldBy.mode, 'any')
  assert.deepEqual(
    heldBy.parts.map(({ functions, atWorkFor, isElsewhere }) => [functions, atWorkFor, isElsewhere]),
    [
      [[function1], [promise2], false],
      [[function1], [promise2], true],
    ],
  )
})
