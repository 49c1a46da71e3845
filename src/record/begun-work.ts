import { deref, OwnSet, WeakRefOfRealm } from '../engine/primordials.js'
import type { Wait } from './wait.js'
import type { WorkScope } from './work-scope.js'

/** A list is looked through when it has grown to this, and from then on to twice what was left of it. */
const MIN_LISTED = 512

/** What was begun, weakly. What is over is dropped from time to time. */
class BegunList<T extends object> {
  #refs: WeakRef<T>[] = []
  #pruneAt = MIN_LISTED
  readonly #isOver: (object: T) => boolean

  constructor(isOver: (object: T) => boolean) {
    this.#isOver = isOver
  }

  add(object: T): void {
    if (this.#refs.length >= this.#pruneAt) this.live()
    this.#refs[this.#refs.length] = new WeakRefOfRealm(object)
  }

  /** Those that are not over. */
  live(): T[] {
    const live: T[] = []
    const kept: WeakRef<T>[] = []
    for (let i = 0; i < this.#refs.length; i++) {
      const ref = this.#refs[i] as WeakRef<T>
      const object = deref(ref)
      if (object === undefined || this.#isOver(object)) continue
      live[live.length] = object
      kept[kept.length] = ref
    }
    this.#refs = kept
    this.#pruneAt = kept.length * 2 > MIN_LISTED ? kept.length * 2 : MIN_LISTED
    return live
  }

  clear(): void {
    this.#refs = []
    this.#pruneAt = MIN_LISTED
  }
}

/** The timers and waits that are begun while scopes are open, of all scopes and beside them. Nothing is noted otherwise. */
class BegunWork {
  isNoted = false
  /** The last `await` that began. */
  newestAwait: Wait | null = null
  readonly #timers = new BegunList<object>((timer) => (timer as { _destroyed?: unknown })._destroyed === true)
  readonly #waits = new BegunList<Wait>((wait) => wait.on === null)
  readonly #open = new OwnSet<WorkScope>()

  open(scope: WorkScope): void {
    this.#open.add(scope)
    this.isNoted = true
  }

  close(scope: WorkScope): void {
    scope.held = null
    scope.awaits = null
    this.#open.delete(scope)
    if (this.#open.size > 0) return
    this.isNoted = false
    this.newestAwait = null
    this.#timers.clear()
    this.#waits.clear()
  }

  /** @param timer Node's object. */
  addTimer(timer: object): void {
    this.#timers.add(timer)
  }

  addAwait(wait: Wait): void {
    this.newestAwait = wait
    this.#waits.add(wait)
  }

  addThen(wait: Wait): void {
    this.#waits.add(wait)
  }

  /** Those that will fire. */
  timers(): object[] {
    return this.#timers.live()
  }

  /** Those that have not come. */
  waits(): Wait[] {
    return this.#waits.live()
  }
}

export const begunWork = new BegunWork()
