import type { Suspended } from '../heap/heap-promises.js'
import { NONE } from '../heap/heap-view.js'
import { addTo } from '../model/lists-by-key.js'
import { isAwait, type PresentWait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'

/** Which recorded wait is that of which suspended function in the heap. Linear in both. */
export class RecordedFunctions {
  /** By the promise that they await. */
  readonly #functionsOn = new Map<number, Suspended[]>()
  readonly #nodeOf: ReadonlyMap<object, number>
  readonly #promiseOf: ReadonlyMap<number, object>
  readonly #found = new WeakMap<PresentWaits, ReadonlyMap<Suspended, PresentWait>>()

  /** @param nodeOf promises' nodes in the heap, and `promiseOf` the other way. */
  constructor(
    suspended: readonly Suspended[],
    nodeOf: ReadonlyMap<object, number>,
    promiseOf: ReadonlyMap<number, object>,
  ) {
    this.#nodeOf = nodeOf
    this.#promiseOf = promiseOf
    for (const each of suspended) {
      addTo(this.#functionsOn, each.awaits, each)
    }
  }

  /** @returns null where none was recorded, or none can be told. */
  waitOf(suspended: Suspended, waits: PresentWaits): PresentWait | null {
    let found = this.#found.get(waits)
    if (found === undefined) {
      found = this.#match(waits)
      this.#found.set(waits, found)
    }
    return found.get(suspended) ?? null
  }

  #match(waits: PresentWaits): Map<Suspended, PresentWait> {
    const found = new Map<Suspended, PresentWait>()
    for (const [awaits, functions] of this.#functionsOn) {
      const on = this.#promiseOf.get(awaits)
      if (on !== undefined) this.#matchOn(functions, waits.waitersOf(on).filter(isAwait), found)
    }
    return found
  }

  /** By the promise of the function's own; the last one that is left, where it fits none. */
  #matchOn(
    functions: readonly Suspended[],
    candidates: readonly PresentWait[],
    found: Map<Suspended, PresentWait>,
  ): void {
    const byOwn = new Map(candidates.map((wait) => [this.#nodeOf.get(wait.of) ?? NONE, wait]))
    const left = new Set(candidates)
    const open: Suspended[] = []
    for (const suspended of functions) {
      const own = suspended.settles.map((node) => byOwn.get(node)).find((wait) => wait !== undefined)
      if (own === undefined) open.push(suspended)
      else {
        found.set(suspended, own)
        left.delete(own)
      }
    }
    const [only] = left
    const [last, ...others] = open
    if (functions.length !== candidates.length || last === undefined || others.length > 0) return
    if (only !== undefined && left.size === 1) found.set(last, only)
  }
}
