import { isInOwnText, isOwnScript } from '../engine/own-files.js'
import { runningScript } from '../engine/own-scripts.js'
import { fileOfScript } from '../engine/script-file.js'
import { placeInSource } from '../engine/source-maps.js'
import type { Suspended } from '../heap/heap-promises.js'
import { nameByCode } from '../heap/method-names.js'
import type { Frame } from '../model/frame.js'
import { AWAIT, Wait } from '../record/wait.js'
import { viaOfFeed, waitOfFeed } from './heap-waits.js'
import type { PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'
import type { ReadHeap } from './read-heap.js'
import type { RecordedFunctions } from './recorded-functions.js'

/** Waits that nobody recorded and the heap shows: of work that sampling does not follow, or that began before tracing. */
export class UnrecordedWaits {
  readonly #heap: ReadHeap
  readonly #recorded: RecordedFunctions
  readonly #definitions = new Map<Wait, Frame | null>()
  readonly #suspendedBehind = new Map<Wait, Suspended>()

  constructor(heap: ReadHeap, recorded: RecordedFunctions) {
    this.#heap = heap
    this.#recorded = recorded
  }

  /** All that none of the recorded waits is. */
  besides(recorded: PresentWaits): PresentWait[] {
    const found: PresentWait[] = []
    for (const suspended of this.#heap.promises.suspended) {
      const on = this.#heap.promiseOf.get(suspended.awaits)
      if (on === undefined || this.#recorded.waitOf(suspended, recorded) !== null) continue
      const of =
        suspended.settles.map((node) => this.#heap.promiseOf.get(node)).find((each) => each !== undefined) ?? {}
      const wait = new Wait(null, on, {}, of, AWAIT, true) as PresentWait
      this.#definitions.set(wait, this.#frameOf(suspended))
      this.#suspendedBehind.set(wait, suspended)
      found.push(wait)
    }
    for (const feed of this.#heap.promises.feeds) {
      const on = this.#heap.promiseOf.get(feed.from)
      const of = this.#heap.promiseOf.get(feed.to)
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
      return suspended === undefined || known == null ? [] : [{ wait, known, suspended }]
    })
    const places = this.#heap.placesOf(
      asked.map(({ suspended }) => suspended.generator),
      maxMs,
    )
    for (const { wait, known, suspended } of asked) {
      const place = places.get(suspended.generator)
      if (place === undefined) continue
      const { script, location } = this.#heap.functionAt(suspended.fn)
      const running = runningScript(script ?? '', place.scriptHash)
      const { file, ...original } = placeInSource(running, place.line, place.column)
      const name = nameByCode(known.name, running, location)
      this.#definitions.set(wait, Object.freeze({ name, filename: file, ...original }))
    }
  }

  #frameOf({ fn }: Suspended): Frame | null {
    const { script, location, isUsers, shownName } = this.#heap.functionAt(fn)
    const { line = null, column = null } = location ?? {}
    const isOwn = script !== null && (isOwnScript(script) || isInOwnText(script, line, column))
    if (script === null || isOwn || !isUsers) return null
    return Object.freeze({ name: shownName, filename: fileOfScript(script), line: null, column: null })
  }
}
