import { ActiveResources, timerOf } from '../engine/active-resources.js'
import { snapshotHeap } from '../engine/heap-snapshot.js'
import { objectsOfHeapIds } from '../engine/live-objects.js'
import { readNumbers } from '../engine/number-reading.js'
import type { OwnDebugger } from '../engine/own-debugger.js'
import { type ReadResource, resourceOfRead } from '../engine/read-resources.js'
import type { HeapGraph } from '../heap/heap-graph.js'
import { NONE } from '../heap/heap-view.js'
import { askedNumbers, type NumberPlace } from '../heap/number-place.js'
import { SnapshotReader } from '../heap/snapshot-reader.js'
import { type LiveFacts, MOST_EMITTERS } from '../heap/wakers.js'
import type { Resource, Timer } from '../model/resource.js'
import { type HELD_ARRAYS, type HeldArrays, partsOfRecord } from './heap-answer.js'
import { heldObjects } from './held-objects.js'
import { withPipeHolders } from './pipe-holders.js'

/** The property by which our own arrays are found in the snapshot. */
const MARK = 'async-trace holds'

/**
 * A snapshot of this thread's heap, joined with the live objects: arrays of them are held while it is taken, so that a
 * node is known by its place in one of the arrays.
 */
export class JoinedHeap implements LiveFacts {
  readonly heap: HeapGraph
  readonly nodeOf = new Map<object, number>()
  readonly promiseOf = new Map<number, object>()
  /** The tracer's own objects, through which nothing of the program is reached. */
  readonly own: Set<number>
  /** By node: the place in the array. */
  readonly timerIndices: ReadonlyMap<number, number>
  readonly handleIndices: ReadonlyMap<number, number>
  readonly isIdle: boolean
  readonly #held: HeldArrays<readonly object[]>
  readonly #active = new ActiveResources()
  readonly #emitters = new Map<number, ReadResource>()
  readonly #numbers = new Map<NumberPlace, number | null>()

  /**
   * @param promises all that are alive.
   * @param isIdle no code of the program's is running.
   */
  constructor(promises: readonly object[], isIdle: boolean) {
    this.isIdle = isIdle
    this.#held = heldObjects(promises, this.#active)
    const reader = new SnapshotReader()
    const mark = { [MARK]: this.#held }
    snapshotHeap((piece) => reader.write(piece))
    const heap = reader.end()
    this.heap = heap
    const marked = [...heap.nodesWith(MARK)].find(({ held }) => heap.child(held, 'prototypes') !== NONE)
    const root = marked?.held ?? NONE
    this.own = new Set([marked?.node ?? NONE, root])
    if (mark[MARK] !== this.#held || root === NONE) throw new Error('the snapshot does not hold what it was taken for')
    const places = (name: (typeof HELD_ARRAYS)[number]) => {
      const array = heap.child(root, name)
      this.own.add(array).add(heap.child(array, 'elements'))
      return heap.placesIn(array)
    }
    this.timerIndices = places('timers')
    this.handleIndices = places('handles')
    for (const [node, at] of places('promises')) {
      const promise = promises[at] as object
      this.nodeOf.set(promise, node)
      this.promiseOf.set(node, promise)
    }
    const classes = places('prototypes')
    for (const { node, held } of heap.nodesWith('__proto__')) {
      if (classes.has(held)) for (const part of partsOfRecord(heap, node)) this.own.add(part)
    }
  }

  timer(node: number): Timer | null {
    const timer = this.#held.timers[this.timerIndices.get(node) ?? NONE]
    return timer === undefined ? null : timerOf(timer)
  }

  handle(node: number): Resource | null {
    const handle = this.#held.handles[this.handleIndices.get(node) ?? NONE]
    return handle === undefined ? null : resourceOfRead(this.#active.describe(handle))
  }

  /** The timer or handle itself; null for another node. */
  objectAt(node: number): object | null {
    const { timers, handles } = this.#held
    return timers[this.timerIndices.get(node) ?? NONE] ?? handles[this.handleIndices.get(node) ?? NONE] ?? null
  }

  /** Reads emitters, also those that are no active handles any more. */
  readEmitters(nodes: readonly number[]): void {
    const wanted = [...new Set(nodes)].filter((node) => !this.#emitters.has(node))
    const asked = wanted.slice(0, Math.max(0, MOST_EMITTERS - this.#emitters.size))
    const objects = objectsOfHeapIds(asked.map((node) => this.heap.idOf(node)))
    for (const [i, node] of asked.entries()) {
      const emitter = objects[i] ?? null
      if (emitter === null) continue
      const read = this.#active.describe(emitter)
      this.#emitters.set(node, { ...read, state: withPipeHolders(read) })
    }
  }

  /** Reads the numbers that tell of holders. */
  readNumbers(places: readonly NumberPlace[], inspector: OwnDebugger): void {
    const asked = places.filter((place) => !this.#numbers.has(place))
    if (asked.length === 0) return
    const read = inspector.read(readNumbers(askedNumbers(this.heap, asked)))
    for (const [i, place] of asked.entries()) this.#numbers.set(place, read[i] ?? null)
  }

  /** Null for one that was not read. */
  number(place: NumberPlace): number | null {
    return this.#numbers.get(place) ?? null
  }

  /** Null for one that was not read. */
  emitter(node: number): ReadResource | null {
    return this.#emitters.get(node) ?? null
  }
}
