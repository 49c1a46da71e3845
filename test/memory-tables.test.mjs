// The tables by which a large heap is searched: numbers in order of their keys, pointers, and the places of chunks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHUNK_SIZE, ChunkTable } from '../dist/memory/chunk-table.js'
import { PointerSet } from '../dist/memory/pointer-set.js'
import { ascending, orderedBy } from '../dist/waits/number-order.js'

test('numbers come in the order of their keys, and those of one key stay as they are', () => {
  const keys = Int32Array.of(7, -(2 ** 31), 7, 2 ** 31 - 1, -1, 7, 0)
  assert.deepEqual([...orderedBy(Int32Array.of(5, 3, 0, 6, 1, 4, 2), keys)], [1, 4, 6, 5, 0, 2, 3])
  assert.deepEqual([...orderedBy(ascending(3), Int32Array.of(1, 1, 2))], [0, 1, 2])
  assert.deepEqual([...orderedBy(ascending(0), keys)], [])
})

test('a set of pointers has those that it was made of, and nothing else', () => {
  // Many of the same lower half, as they lie in heaps that are far from each other.
  const pointers = new Set(Array.from({ length: 5_000 }, (_, i) => 0x10_0000_0001 + (i % 7) * 2 ** 33 + i * 8))
  const set = new PointerSet(pointers)
  for (const pointer of pointers) assert.ok(set.has(pointer))
  for (const other of [0, 1, Number.NaN, 0x10_0000_0009 + 2 ** 40, 2 ** 52 + 1]) assert.equal(set.has(other), false)
  assert.equal(new PointerSet(new Set()).has(0), false)
})

test('the place of a chunk is found by anything in it', () => {
  const table = new ChunkTable(3)
  const chunks = [0x4_0000, 0x7fff_fffc_0000, 0x1234_5678_0000]
  for (const [i, address] of chunks.entries()) table.set(address, i)
  for (const [i, address] of chunks.entries()) {
    assert.deepEqual([table.at(address), table.at(address + CHUNK_SIZE - 1)], [i, i])
    assert.deepEqual([table.at(address - 1), table.at(address + CHUNK_SIZE)], [-1, -1])
  }
  for (const none of [0, -1, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) assert.equal(table.at(none), -1)
})
