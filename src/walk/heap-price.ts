import { getHeapStatistics } from 'node:v8'

/** A heap up to this size is read without being asked for: some tenths of a second. */
const SMALL_HEAP_BYTES = 24e6
/** Measured on a slow machine: an object in 50 bytes, 4 µs an object. */
const MS_A_BYTE = 0.004 / 50

/** What it costs to read the heap of this thread. */
export interface HeapPrice {
  readonly isSmall: boolean
  /** For a person. */
  readonly text: string
}

export function heapPrice(): HeapPrice {
  const bytes = getHeapStatistics().used_heap_size
  const seconds = Math.ceil((bytes * MS_A_BYTE) / 1000)
  return {
    isSmall: bytes <= SMALL_HEAP_BYTES,
    text: `{ heap: true } reads the heap, ${Math.round(bytes / 1e6)} MB in up to ${seconds} s.`,
  }
}
