import { isUsers } from './functions.js'
import type { Resolvers } from './heap-promises.js'
import type { HeapView } from './heap-view.js'
import type { Asking, Retainers } from './retainers.js'
import type { ScopeUse } from './scope-use.js'
import { isNamedIn, TimerClimb } from './timer-climb.js'

/** The timers that settle one promise. Nodes of the heap. */
export interface SettlingTimers {
  /** Its callback can resolve the promise. */
  readonly resolving: number | null
  /** Its callback can only reject the promise: a time limit. */
  readonly limiting: number | null
}

/** The names by which functions of the program know the two functions that settle the promise. */
interface ResolverNames {
  readonly resolve: readonly string[]
  readonly reject: readonly string[]
}

const SPEAKS_OF_FAILURE = /(?:^|[a-z\d])Error$|^(?:reject|abort|fail|cancel)|time(?:d|s)?_?out/i

/**
 * Which timers settle a promise themselves: their callback names what it calls. A timer whose callback reaches the
 * promise only by way of a list, or of an object without naming the property, merely stands beside: the sweep of a pool,
 * a keep-alive interval.
 */
export class SettlingTimerSearch {
  readonly #heap: HeapView
  readonly #retainers: Retainers
  readonly #timers: ReadonlyMap<number, number>
  readonly #scopeUse: ScopeUse

  /** @param timers the active ones. */
  constructor(heap: HeapView, retainers: Retainers, timers: ReadonlyMap<number, number>, scopeUse: ScopeUse) {
    this.#heap = heap
    this.#retainers = retainers
    this.#timers = timers
    this.#scopeUse = scopeUse
  }

  *timersOf({ resolve, reject }: Resolvers): Asking<SettlingTimers> {
    if (this.#timers.size === 0) return { resolving: null, limiting: null }
    const names = { resolve: yield* this.#retainers.namesOf(resolve), reject: yield* this.#retainers.namesOf(reject) }
    let limiting: number | null = null
    const climb = this.#climbFrom(resolve)
    for (let found = yield* climb.next(); found !== null; found = yield* climb.next()) {
      const use = this.#useOf(found.functions, names)
      if (use === 'resolve') return { resolving: found.timer, limiting: null }
      if (use === 'reject') limiting ??= found.timer
    }
    limiting ??= (yield* this.#climbFrom(reject).next())?.timer ?? null
    return { resolving: null, limiting }
  }

  #climbFrom(settling: readonly number[]): TimerClimb {
    return new TimerClimb(this.#heap, this.#retainers, this.#timers, this.#scopeUse, settling)
  }

  /**
   * What the functions on the way do, the one next to the promise first: `(error, value) => error ? reject(error) :
   * resolve(value)` does what it is called for.
   */
  #useOf(functions: readonly number[], names: ResolverNames): 'resolve' | 'reject' | null {
    const [first, ...callers] = functions
    if (first === undefined) return 'resolve'
    const uses = isUsers(this.#heap, first) ? this.#scopeUse.usesOf(first) : null
    const canReject = uses !== null && names.reject.some((name) => uses.has(name))
    // `if (queue.delete(resolve)) reject(new Error('timed out'))`
    const named = names.resolve.filter((name) => isNamedIn(this.#scopeUse, first, name))
    if (uses !== null && named.length > 0 && !named.some((name) => uses.has(name))) return canReject ? 'reject' : null
    if (callers.length === 0) return 'resolve'
    if (isUsers(this.#heap, first) && !canReject) return 'resolve'
    const words = callers.map((fn) => this.#scopeUse.wordsOf(fn))
    if (words.some((each) => each === null)) return null
    return words.some((each) => [...(each as ReadonlySet<string>)].some((word) => SPEAKS_OF_FAILURE.test(word)))
      ? 'reject'
      : 'resolve'
  }
}
