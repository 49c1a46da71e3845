import { fileOfScript } from '../engine/call-sites.js'
import { readSuspendedPlaces } from '../engine/inspected-places.js'
import type { OwnDebugger } from '../engine/own-debugger.js'
import { isInOwnText, isOwnScript } from '../engine/own-files.js'
import { runningScript } from '../engine/own-scripts.js'
import { placeInSource } from '../engine/source-maps.js'
import { isUsers, scriptOf, shownNameOf } from '../heap/functions.js'
import type { HeapGraph } from '../heap/heap-graph.js'
import type { HeapPromises, Suspended } from '../heap/heap-promises.js'
import type { Frame } from '../model/frame.js'
import { AWAIT, Wait } from '../record/wait.js'
import { viaOfFeed, waitOfFeed } from './heap-waits.js'
import type { JoinedHeap } from './joined-heap.js'
import type { PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import type { RecordedFunctions } from './recorded-functions.js'

/** Waits that nobody recorded and the heap shows: of work that sampling does not follow, or that began before tracing. */
export class UnrecordedWaits {
  readonly #joined: JoinedHeap
  readonly #heap: HeapGraph
  readonly #promises: HeapPromises
  readonly #recorded: RecordedFunctions
  readonly #inspector: OwnDebugger
  readonly #definitions = new Map<Wait, Frame | null>()
  readonly #suspendedBehind = new Map<Wait, Suspended>()

  constructor(joined: JoinedHeap, promises: HeapPromises, recorded: RecordedFunctions, inspector: OwnDebugger) {
    this.#inspector = inspector
    this.#joined = joined
    this.#heap = joined.heap
    this.#promises = promises
    this.#recorded = recorded
  }

  /** All that none of the recorded waits is. */
  besides(recorded: PresentWaits): PresentWait[] {
    const found: PresentWait[] = []
    for (const suspended of this.#promises.suspended) {
      const on = this.#joined.promiseOf.get(suspended.awaits)
      if (on === undefined || this.#recorded.waitOf(suspended, recorded) !== null) continue
      const of =
        suspended.settles.map((node) => this.#joined.promiseOf.get(node)).find((each) => each !== undefined) ?? {}
      const wait = new Wait(null, on, {}, of, AWAIT, true) as PresentWait
      this.#definitions.set(wait, this.#frameOf(suspended))
      this.#suspendedBehind.set(wait, suspended)
      found.push(wait)
    }
    for (const feed of this.#promises.feeds) {
      const on = this.#joined.promiseOf.get(feed.from)
      const of = this.#joined.promiseOf.get(feed.to)
      if (on === undefined || of === undefined) continue
      if (recorded.waitersOf(on).some((wait) => wait.of === of || wait.waiter === of)) continue
      found.push(waitOfFeed(viaOfFeed(feed), on, of))
    }
    return found
  }

  /** The function of a wait that only the heap tells of, without its place; null for Node's and the tracer's own. */
  definitionOf(wait: Wait): Frame | null {
    return this.#definitions.get(wait) ?? null
  }

  isOne(wait: Wait): boolean {
    return this.#definitions.has(wait)
  }

  /** Reads where the functions of such waits await, as far as there is time: of promises that several wait for. */
  locate(waits: readonly Wait[], maxMs: number): void {
    const asked = waits.flatMap((wait) => {
      const suspended = this.#suspendedBehind.get(wait)
      const known = this.#definitions.get(wait)
      if (suspended === undefined || known == null) return []
      return [
        { wait, known, script: scriptOf(this.#heap, suspended.fn) ?? '', id: this.#heap.idOf(suspended.generator) },
      ]
    })
    const places = this.#inspector.read(
      readSuspendedPlaces(
        asked.map(({ id }) => id),
        maxMs,
      ),
    )
    for (const { wait, known, script, id } of asked) {
      const place = places.get(id)
      if (place === undefined) continue
      const { file, ...original } = placeInSource(runningScript(script, place.scriptHash), place.line, place.column)
      this.#definitions.set(wait, Object.freeze({ name: known.name, filename: file, ...original }))
    }
  }

  #frameOf({ fn }: Suspended): Frame | null {
    const script = scriptOf(this.#heap, fn)
    const { line = null, column = null } = this.#heap.locationOf(fn) ?? {}
    const isOwn = script !== null && (isOwnScript(script) || isInOwnText(script, line, column))
    if (script === null || isOwn || !isUsers(this.#heap, fn)) return null
    return Object.freeze({
      name: shownNameOf(this.#heap, fn),
      filename: fileOfScript(script),
      line: null,
      column: null,
    })
  }
}
