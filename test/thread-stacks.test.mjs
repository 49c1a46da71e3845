// Words below a stack pointer were left by functions that have returned: they keep nothing alive.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usedStartOf } from '../dist/memory/thread-stacks.js'

const mapping = (start, end, path = '', isReadable = true) => ({ start, end, isReadable, isWritable: isReadable, path })
const guard = mapping(0x1000, 0x2000, '', false)
const stack = mapping(0x2000, 0x9000)

const usedStart = (mappings, stackPointers, of) => usedStartOf({ mappings, stackPointers }, of)

test('the stack of the main thread begins at its pointer, less what a function may use below it', () => {
  const main = mapping(0x10000, 0x20000, '[stack]')
  assert.equal(usedStart([main], [0x18004], main), 0x18000 - 0x80)
  assert.equal(usedStart([main], [0x10010], main), 0x10000)
})

test('so does that of another thread, above a range that may not be touched', () => {
  assert.equal(usedStart([guard, stack], [0x4000], stack), 0x4000 - 0x80)
})

test('all of it counts if the pointer is not known, or several are in it', () => {
  assert.equal(usedStart([guard, stack], [], stack), 0x2000)
  assert.equal(usedStart([guard, stack], [0x9000], stack), 0x2000)
  assert.equal(usedStart([guard, stack], [0x4000, 0x5000], stack), 0x2000)
})

test('memory that is no thread’s own stack counts whole, even if a pointer leads there', () => {
  const arena = mapping(0x20000, 0x90000)
  assert.equal(usedStart([guard, stack, arena], [0x30000], arena), 0x20000)
})
