import type { ScriptPlace } from '../engine/inspected-places.js'
import type { Feed, Suspended } from '../heap/heap-promises.js'
import { type HeapView, NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import type { Resource, Timer } from '../model/resource.js'
import type { WaitEnd } from '../model/wait-end.js'
import type { HeapFunction } from './read-heap.js'

/** The property of an object of the asking thread's, by which another thread finds its arrays in memory. */
export const HELD = 'async-trace holds for another thread'

export const HELD_ARRAYS = ['promises', 'timers', 'handles', 'prototypes'] as const

export type HeldArrays<T> = Readonly<Record<(typeof HELD_ARRAYS)[number], T>>

/** What a thread asks another one, which reads its memory while it waits. */
export interface HeapQuestion {
  /** Of the asking thread, as the kernel numbers it. */
  readonly threadId: number
  /** Beside the arrays: it tells them from those of other threads. */
  readonly token: number
  /** In the order of the arrays. */
  readonly timers: readonly (Timer | null)[]
  readonly handles: readonly (Resource | null)[]
  readonly isIdle: boolean
  /** Whether it is sought what holds the resolvers of promises: of all that are awaited in the heap, and of some others. */
  readonly wantsHolders: boolean
  /** Of those others alone, and for so much processor time at most; null for all, however long it takes. */
  readonly mostSearchMs: number | null
  /** Places in the array of promises. */
  readonly ends: readonly number[]
  /** The array has all promises that the thread can get at. */
  readonly isWhole: boolean
}

/** What that thread says. Nodes are addresses. */
export interface HeapAnswer {
  /** In the order of the arrays. */
  readonly nodes: HeldArrays<Float64Array>
  readonly suspended: readonly Suspended[]
  readonly feeds: readonly Feed[]
  readonly reactionCounts: ReadonlyMap<number, number>
  /** If the array has not all promises: those of the program that it lacks. */
  readonly others: readonly number[]
  readonly functions: ReadonlyMap<number, HeapFunction>
  /** By generator. */
  readonly places: ReadonlyMap<number, ScriptPlace>
  readonly holders: ReadonlyMap<number, Holder>
  /** By promise. */
  readonly waitEnds: ReadonlyMap<number, WaitEnd>
}

/** The objects that one of the tracer's records consists of. */
export function partsOfRecord(heap: HeapView, record: number): number[] {
  const rare = heap.child(record, 'rare')
  const parts = [record, rare, heap.child(record, 'error'), heap.child(rare, 'place'), heap.child(rare, 'makers')]
  return parts.filter((part) => part !== NONE)
}
