import { getHeapStatistics } from 'node:v8'
import { heapPrice } from './heap-price.js'
import { HeapReading } from './heap-reading.js'
import { MemoryHeapAnswer } from './memory-heap-answer.js'
import { whyNoMemory } from './own-memory.js'
import { type KnownPromises, livePromises } from './present-waits.js'
import { isProgramIdle } from './running.js'
import { SnapshotHeap } from './snapshot-heap.js'

/** What is wanted of the heap of this thread. */
export interface WantedOfHeap {
  /**
   * The promises whose holders will be asked for, as far as the records tell; null if none will be. Others follow from what
   * the heap itself tells.
   */
  readonly ends: readonly object[] | null
  /** Somebody asked for it, whatever it costs. */
  readonly isAsked: boolean
}

/** Reads the heap of this thread: a small one from a snapshot, a large one from memory, where that is possible. */
export function readOwnHeap({ promises, isWhole }: KnownPromises, { ends, isAsked }: WantedOfHeap): HeapReading {
  const isIdle = isProgramIdle()
  if (heapPrice().isByMemory) {
    try {
      return new HeapReading(new MemoryHeapAnswer(promises, { isIdle, isWhole, ends }))
    } catch (error) {
      if (!isAsked) throw error
    }
  }
  // What is in a snapshot is told by the live objects.
  return new HeapReading(new SnapshotHeap(isWhole ? promises : livePromises().promises, isIdle))
}

/** Besides, some 0.2 s of processor time are spent, and 1.5 ms for a megabyte. */
const QUICK_SEARCH_MS = 200
const MOST_QUICK_BYTES = 100e6

/**
 * What holds the resolvers of some promises, as far as that is found in a fraction of a second.
 *
 * @returns null if it would take longer.
 */
export function readHoldersQuickly(promises: readonly object[], ends: readonly object[]): HeapReading | null {
  if (getHeapStatistics().used_heap_size > MOST_QUICK_BYTES || whyNoMemory() !== null) return null
  const wanted = { isIdle: isProgramIdle(), isWhole: false, ends, mostSearchMs: QUICK_SEARCH_MS }
  return new HeapReading(new MemoryHeapAnswer(promises, wanted))
}
