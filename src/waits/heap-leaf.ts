import type { HeapGraph } from '../heap/heap-graph.js'
import { NONE } from '../heap/heap-graph.js'
import type { Holder } from '../heap/holder.js'
import type { HolderSearch } from '../heap/holders.js'
import { type LiveFacts, wakerOf } from '../heap/wakers.js'
import type { Leaf } from '../model/leaf.js'
import { leafOf, withTimeLimit } from './leaf-names.js'

/** What settles a promise that no other one in a heap settles; null if it has gone since the snapshot. */
export function heapLeafOf(
  heap: HeapGraph,
  search: HolderSearch,
  promise: number,
  holder: Holder,
  live: LiveFacts,
): Leaf | null {
  const waker =
    holder.kind === 'nobody' ? ({ kind: 'not found' } as const) : wakerOf(heap, search.classes, holder, live)
  if (waker === null) return null
  return Object.freeze(withTimeLimit(leafOf(waker), live.timer(search.timeLimitOf(promise) ?? NONE)))
}
