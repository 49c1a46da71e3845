import { heapPrice } from './heap-price.js'
import { HeapReading } from './heap-reading.js'
import { MemoryHeapAnswer } from './memory-heap-answer.js'
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
