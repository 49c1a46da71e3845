import { ActiveResources, timerOf } from '../engine/active-resources.js'
import type { ScriptPlace } from '../engine/inspected-places.js'
import { resourceOfRead } from '../engine/read-resources.js'
import { NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import { UNKNOWN_END, type WaitEnd } from '../model/wait-end.js'
import type { HeapAnswer } from './heap-answer.js'
import { heldObjects } from './held-objects.js'
import { readOwnMemory } from './own-memory.js'
import type { HeapFunction, ReadHeap } from './read-heap.js'
import { standIn } from './stand-ins.js'

const UNKNOWN_FUNCTION: HeapFunction = { isUsers: false, name: '', shownName: '', script: null, location: null }
const NOBODY: Holder = { kind: 'nobody' }

/** What is wanted of a heap in memory. */
export interface WantedOfMemory {
  /** No code of the program's is running. */
  readonly isIdle: boolean
  /** The promises are all that are alive; else there are more. */
  readonly isWhole: boolean
  /** The promises whose holders will be asked for besides those that the heap itself knows; null if none will. */
  readonly ends: readonly object[] | null
  /** Those that the heap itself knows are of no interest, and no more processor time is to be spent than this. */
  readonly mostSearchMs?: number | null
}

/** The heap of this thread, as another thread read it from memory: all at once. */
export class MemoryHeapAnswer implements ReadHeap {
  readonly promises: ReadHeap['promises']
  readonly nodeOf = new Map<object, number>()
  readonly promiseOf = new Map<number, object>()
  readonly #answer: HeapAnswer
  readonly #objects = new Map<number, object>()

  /**
   * @param promises those that the thread knows.
   * @throws {Error} if the memory could not be read.
   */
  constructor(promises: readonly object[], { isIdle, isWhole, ends, mostSearchMs = null }: WantedOfMemory) {
    const active = new ActiveResources()
    const arrays = heldObjects(promises, active)
    const { timers, handles } = arrays
    const placeOf = new Map(promises.map((promise, at) => [promise, at]))
    const answer = readOwnMemory(arrays, {
      timers: timers.map(timerOf),
      handles: handles.map((handle) => resourceOfRead(active.describe(handle))),
      isIdle,
      isWhole,
      wantsHolders: ends !== null,
      mostSearchMs,
      ends: (ends ?? []).flatMap((promise) => placeOf.get(promise) ?? []),
    })
    this.#answer = answer
    this.promises = answer
    const { nodes } = answer
    if (nodes.promises.length !== promises.length) throw new Error('not all promises were found in memory')
    for (const [at, promise] of promises.entries()) {
      const node = nodes.promises[at] as number
      this.nodeOf.set(promise, node)
      this.promiseOf.set(node, promise)
    }
    for (const node of answer.others) {
      const other = standIn()
      this.nodeOf.set(other, node)
      this.promiseOf.set(node, other)
    }
    for (const [at, timer] of timers.entries()) this.#objects.set(nodes.timers[at] ?? NONE, timer)
    for (const [at, handle] of handles.entries()) this.#objects.set(nodes.handles[at] ?? NONE, handle)
  }

  functionAt(fn: number): HeapFunction {
    return this.#answer.functions.get(fn) ?? UNKNOWN_FUNCTION
  }

  placesOf(generators: readonly number[]): ReadonlyMap<number, ScriptPlace> {
    const { places } = this.#answer
    return new Map(
      generators.flatMap((generator) => {
        const place = places.get(generator)
        return place === undefined ? [] : [[generator, place]]
      }),
    )
  }

  findHolders(): void {
    // Done by the other thread.
  }

  hasFoundHolder(promise: number): boolean {
    return this.#answer.holders.has(promise)
  }

  holderOf(promise: number): Holder {
    return this.#answer.holders.get(promise) ?? NOBODY
  }

  endOf(promise: number): WaitEnd {
    return this.#answer.waitEnds.get(promise) ?? UNKNOWN_END
  }

  objectAt(node: number): object | null {
    return this.#objects.get(node) ?? null
  }

  close(): void {
    // It is data.
  }
}
