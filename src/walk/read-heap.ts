import type { ScriptPlace } from '../engine/inspected-places.js'
import { isUsers, nameOfFunction, scriptOf, shownNameOf } from '../heap/functions.js'
import type { HeapPromises } from '../heap/heap-promises.js'
import type { HeapView, Location } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import type { WaitEnd } from '../model/wait-end.js'

/** A function in a heap. */
export interface HeapFunction {
  /** Of the program or its packages, not of Node.js, V8 or the tracer. */
  readonly isUsers: boolean
  /** Empty if it has none. */
  readonly name: string
  readonly shownName: string
  /** As V8 names it; null for V8's own functions. */
  readonly script: string | null
  /** Where it begins in the script as it runs. */
  readonly location: Pick<Location, 'line' | 'column'> | null
}

export function functionIn(heap: HeapView, fn: number): HeapFunction {
  const location = heap.locationOf(fn)
  return {
    isUsers: isUsers(heap, fn),
    name: nameOfFunction(heap, fn),
    shownName: shownNameOf(heap, fn),
    script: scriptOf(heap, fn),
    location: location === null ? null : { line: location.line, column: location.column },
  }
}

/** What was read of the heap of this thread, joined with its live objects. A node is a number. */
export interface ReadHeap {
  readonly promises: Pick<HeapPromises, 'suspended' | 'feeds' | 'reactionCounts'>
  readonly nodeOf: ReadonlyMap<object, number>
  readonly promiseOf: ReadonlyMap<number, object>
  functionAt(fn: number): HeapFunction
  /** By generator, where suspended functions await, as far as there is time for it. */
  placesOf(generators: readonly number[], maxMs: number): ReadonlyMap<number, ScriptPlace>
  /** Searches for what holds the resolvers of some promises, as far as there is time for it. */
  findHolders(promises: readonly number[], untilMs: number): void
  hasFoundHolder(promise: number): boolean
  holderOf(promise: number): Holder
  /** What would settle a promise that no other one settles; unknown if it has gone meanwhile. */
  endOf(promise: number, holder: Holder): WaitEnd
  /** The live timer or handle; null for another node. */
  objectAt(node: number): object | null
  /** Nothing is asked any more. */
  close(): void
}
