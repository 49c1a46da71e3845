import { getHeapStatistics } from 'node:v8'
import { whyNoMemory } from './own-memory.js'

/** For a snapshot of a heap up to this size the thread stands still for a second or two on a slow machine, most often less. */
const SMALL_HEAP_BYTES = 24e6
/** The same for a heap that is read from memory. */
const SMALL_MEMORY_BYTES = 200e6
/** Measured on a slow machine: an object in 50 bytes, 4 µs an object. */
const MS_A_BYTE = 0.004 / 50
/** The same machine: 1.5 s with 1,000 suspended functions, and 1.5 ms for a megabyte. */
const MEMORY_MS = 1_500
const MEMORY_MS_A_BYTE = 1.5e-6

/** What it costs to read the heap of this thread. */
export interface HeapPrice {
  /** V8 is not to search all of it. */
  readonly isLarge: boolean
  /** So little that it is read without being asked for. */
  readonly isSmall: boolean
  /** Whether it is read from memory rather than from a snapshot. */
  readonly isByMemory: boolean
  /** For a person. */
  readonly text: string
}

export function heapPrice(): HeapPrice {
  const bytes = getHeapStatistics().used_heap_size
  const obstacle = bytes <= SMALL_HEAP_BYTES ? null : whyNoMemory()
  const isByMemory = bytes > SMALL_HEAP_BYTES && obstacle === null
  const ms = isByMemory ? MEMORY_MS + bytes * MEMORY_MS_A_BYTE : bytes * MS_A_BYTE
  const price = `{ heap: true } reads the heap, ${Math.round(bytes / 1e6)} MB in up to ${Math.ceil(ms / 1000)} s`
  return {
    isLarge: bytes > SMALL_HEAP_BYTES,
    isSmall: bytes <= (isByMemory ? SMALL_MEMORY_BYTES : SMALL_HEAP_BYTES),
    isByMemory,
    text: obstacle === null ? `${price}.` : `${price}, by a heap snapshot: ${obstacle}.`,
  }
}
