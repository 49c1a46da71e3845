import { isPromise } from '../engine/node-primordials.js'
import { faults } from './faults.js'
import type { Origin } from './origin.js'
import { PromiseStamp } from './stamp.js'
import type { Wait, WaitDetail } from './wait.js'
import { linksFor } from './wait-links.js'

export const RACE = 'Promise.race'

/** The native combinator that runs now: its own `.then` calls run no code of the program. */
class RunningCombinator {
  /** Combinators do not nest, but tracing may be switched off and on within one. */
  depth = 0
  /** Where it was called, if V8 will call a thenable's `then()` for one of its members; else null. */
  thenables: Origin | null = null
  isResultNext = false
  /** Whether its `.then` calls are those for its members, and the newest of the waits for them. */
  isCollecting = false
  newestMember: Wait | null = null

  /** @param thenables where it was called, if V8 will call a thenable's `then()` for one of its members. */
  enter(thenables: Origin | null): void {
    this.depth++
    this.thenables = thenables
    this.isResultNext = true
    this.isCollecting = true
    this.newestMember = null
  }

  /** A promise is made within it: the result first, then one for each member that is none of its realm. */
  notePromise(promise: object): void {
    if (this.isResultNext) this.isResultNext = false
    else if (this.thenables !== null) new PromiseStamp(promise, this.thenables)
  }

  /** @param result the combinator's promise; null if it threw. */
  leave(result: object | null, name: string): void {
    // Tracing may have been switched off and on in between.
    if (this.depth > 0) this.depth--
    this.thenables = null
    this.isCollecting = false
    const newest = this.newestMember
    this.newestMember = null
    nameMembers(newest, result, name)
    if (result === null) return
    const links = linksFor(result)
    links.isShared = false
    if (name === RACE) links.isFed = true
  }

  reset(): void {
    this.depth = 0
    this.thenables = null
    this.isResultNext = false
    this.isCollecting = false
    this.newestMember = null
  }
}

function nameMembers(newest: Wait | null, result: object | null, combinator: string): void {
  let count = 0
  for (let wait = newest; wait !== null; wait = wait.detail?.previous ?? null) count++
  for (let wait = newest; wait !== null; wait = wait.detail?.previous ?? null) {
    const { previous } = wait.detail as WaitDetail
    wait.addRare().detail = { combinator, index: --count, previous }
    if (result !== null) wait.of = result
  }
}

export const combinator = new RunningCombinator()

/** The result of no race, of which the members are not recorded: V8's walk has a frame on its way to it. */
export function noteCombinator(result: unknown): void {
  try {
    if (isPromise(result)) linksFor(result).isOfCombinator = true
  } catch (error) {
    faults.count++
    faults.last = error
  }
}
