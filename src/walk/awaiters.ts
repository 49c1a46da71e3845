import type { StackEntry } from '../model/promise-call-stack.js'
import { isAwait, isThen, isTold, type PresentWait, viaOf } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'

/** What waits for a promise, and the combinators in between. */
export interface Awaiter {
  readonly between: readonly StackEntry[]
  /** An await, or what the program told of; null for a promise that is shown itself. */
  readonly wait: PresentWait | null
  /** The promise of what waits. */
  readonly promise: object
}

/** So many combinators in a row are shown as frames of the function behind them. */
const MOST_COMBINATORS = 8
/** So many promises are passed again from each promise that leads into them. */
const MOST_LINKS = 32

/**
 * Who awaits a promise, with the promises of combinators and `.then` passed over. Where many ways lead to such a promise
 * and many lead on, each way in would be listed with each way out: it is shown as an awaiter of its own instead, so
 * that what is listed grows with the waits.
 */
export class Awaiters {
  readonly #waits: PresentWaits
  readonly #outermost: (wait: PresentWait) => object
  /** In how many ways each promise is reached from the first one. */
  readonly #arrivals = new Map<object, number>()
  readonly #isJunction = new Map<object, boolean>()

  /** @param outermost the promise of the outermost function of an await's task. */
  constructor(waits: PresentWaits, outermost: (wait: PresentWait) => object, first: object | null) {
    this.#waits = waits
    this.#outermost = outermost
    if (first !== null) this.#countArrivals(first)
  }

  of(promise: object): Awaiter[] {
    const found: Awaiter[] = []
    const open: { promise: object; between: readonly StackEntry[] }[] = [{ promise, between: [] }]
    for (let at = 0; at < open.length; at++) {
      const next = open[at] as { promise: object; between: readonly StackEntry[] }
      for (const wait of this.#waitersOf(next.promise)) {
        const between = wait.detail === null ? next.between : [...next.between, combinatorEntry(wait)]
        if (isShown(wait)) found.push({ between, wait, promise: wait.of })
        else if (this.#isPassed(wait.of) && between.length < MOST_COMBINATORS) open.push({ promise: wait.of, between })
        else found.push({ between, wait: null, promise: wait.of })
      }
    }
    return found
  }

  #isPassed(promise: object): boolean {
    if (this.#waitersOf(promise).length === 0) return false
    let isJunction = this.#isJunction.get(promise)
    if (isJunction === undefined) {
      isJunction = (this.#arrivals.get(promise) ?? 0) > 1 && !this.#leadsOneWay(promise)
      this.#isJunction.set(promise, isJunction)
    }
    return !isJunction
  }

  #leadsOneWay(from: object): boolean {
    let promise = from
    for (let links = 0, combinators = 0; links < MOST_LINKS && combinators < MOST_COMBINATORS; links++) {
      const [wait, another] = this.#waitersOf(promise)
      if (wait === undefined) return true
      if (another !== undefined) return false
      if (isShown(wait)) return true
      if (wait.detail !== null) combinators++
      promise = wait.of
    }
    return false
  }

  #countArrivals(first: object): void {
    this.#arrivals.set(first, 1)
    const open = [first]
    for (let promise = open.pop(); promise !== undefined; promise = open.pop()) {
      for (const wait of this.#waitersOf(promise)) {
        const next = isShown(wait) ? this.#outermost(wait) : wait.of
        const arrivals = this.#arrivals.get(next) ?? 0
        this.#arrivals.set(next, arrivals + 1)
        if (arrivals === 0) open.push(next)
      }
    }
  }

  #waitersOf(promise: object): readonly PresentWait[] {
    return this.#waits.waitersOf(promise).filter((wait) => !this.#isEndOfModule(wait))
  }

  /** V8's own reaction to the end of a module. */
  #isEndOfModule(wait: PresentWait): boolean {
    if (!isThen(wait) || this.#waits.frameOf(wait) !== null) return false
    const module = this.#waits.awaitOf(wait.on)
    return module !== null && this.#waits.placeOf(module)?.isModule === true
  }
}

function isShown(wait: PresentWait): boolean {
  return isAwait(wait) || isTold(wait)
}

function combinatorEntry(wait: PresentWait): StackEntry {
  const name = viaOf(wait) ?? ''
  return Object.freeze({ name, filename: null, line: null, column: null, async: true, kind: 'combinator' })
}
