import { readScripts, urlsOf } from '../engine/debugger-reading.js'
import { readSuspendedPlaces, type ScriptPlace } from '../engine/inspected-places.js'
import { OwnDebugger } from '../engine/own-debugger.js'
import { OwnScriptTexts } from '../engine/own-script-texts.js'
import { now } from '../engine/real-clock.js'
import { endOf } from '../heap/heap-end.js'
import { type HeapPromises, promisesOf } from '../heap/heap-promises.js'
import type { Holder } from '../heap/holder.js'
import { HolderSearch } from '../heap/holders.js'
import { placesIn } from '../heap/number-place.js'
import type { WaitEnd } from '../model/wait-end.js'
import { JoinedHeap } from './joined-heap.js'
import { functionIn, type HeapFunction, type ReadHeap } from './read-heap.js'

/** After so many searches the time is looked at. */
const SEARCHED_TOGETHER = 500

/** The heap of this thread, read from a snapshot: it costs time and memory that grow with the number of objects. */
export class SnapshotHeap implements ReadHeap {
  readonly promises: HeapPromises
  readonly #joined: JoinedHeap
  readonly #search: HolderSearch
  readonly #texts = new OwnScriptTexts()
  /** Open to the end: with the first session that is closed, V8 forgets the ids of the snapshot (Node 22 to 26). */
  readonly #debugger = new OwnDebugger()
  readonly #functions = new Map<number, HeapFunction>()

  /**
   * @param promises all that are alive.
   * @param isIdle no code of the program's is running.
   */
  constructor(promises: readonly object[], isIdle: boolean) {
    const joined = new JoinedHeap(promises, isIdle)
    const { heap } = joined
    this.#joined = joined
    this.promises = promisesOf(heap)
    heap.nameScripts(() => urlsOf(this.#debugger.read(readScripts())))
    const { own, timerIndices, handleIndices } = joined
    this.#search = new HolderSearch({ heap, timerIndices, handleIndices, own }, this.promises, this.#texts.textOf)
  }

  get nodeOf(): ReadonlyMap<object, number> {
    return this.#joined.nodeOf
  }

  get promiseOf(): ReadonlyMap<number, object> {
    return this.#joined.promiseOf
  }

  functionAt(fn: number): HeapFunction {
    let known = this.#functions.get(fn)
    if (known === undefined) {
      known = functionIn(this.#joined.heap, fn)
      this.#functions.set(fn, known)
    }
    return known
  }

  placesOf(generators: readonly number[], maxMs: number): ReadonlyMap<number, ScriptPlace> {
    const generatorOf = new Map(generators.map((generator) => [this.#joined.heap.idOf(generator), generator]))
    const places = this.#debugger.read(readSuspendedPlaces([...generatorOf.keys()], maxMs))
    return new Map([...places].map(([id, place]) => [generatorOf.get(id) as number, place]))
  }

  /** Many searches side by side: what they have in common is read once. */
  findHolders(promises: readonly number[], untilMs: number): void {
    for (let start = 0; start < promises.length && now() <= untilMs; start += SEARCHED_TOGETHER) {
      this.#search.find(promises.slice(start, start + SEARCHED_TOGETHER))
    }
    const found = promises.filter((node) => this.#search.hasFound(node)).map((node) => this.#search.holderOf(node))
    this.#joined.readNumbers(placesIn(found), this.#debugger)
    this.#joined.readEmitters(found.flatMap((holder) => (holder.kind === 'event' ? [holder.node] : [])))
  }

  hasFoundHolder(promise: number): boolean {
    return this.#search.hasFound(promise)
  }

  holderOf(promise: number): Holder {
    return this.#search.holderOf(promise)
  }

  endOf(promise: number, holder: Holder): WaitEnd {
    return endOf(this.#joined.heap, this.#search, promise, holder, this.#joined)
  }

  objectAt(node: number): object | null {
    return this.#joined.objectAt(node)
  }

  close(): void {
    this.#texts.close()
    this.#debugger.close()
  }
}
