import { Worker } from 'node:worker_threads'
import { deref, getOwnPropertyDescriptor, uncurryGetter, WeakRefOfRealm } from './primordials.js'

/** A worker that this thread has made and that has not ended. */
export interface OwnWorker {
  readonly threadId: number
  /** The name that the program gave it. */
  readonly name: string | null
  /** It loads the tracer before its first line. */
  readonly isPrepared: boolean
}

interface Made extends Pick<OwnWorker, 'name' | 'isPrepared'> {
  /** Node holds the object as long as the thread runs. */
  readonly ref: WeakRef<object>
}

/** -1 once the thread has ended (Node 20 to 26). */
const threadIdOf = uncurryGetter<number>(getOwnPropertyDescriptor(Worker.prototype, 'threadId')?.get)
const MIN_KEPT = 16

/**
 * The workers of this thread. V8's inspector lists a worker only once it has begun: under load that can take a second,
 * in which a dump would not know of it.
 */
class OwnWorkers {
  #made: Made[] = []
  #pruneAt = MIN_KEPT

  add(worker: object, name: string | null, isPrepared: boolean): void {
    if (this.#made.length >= this.#pruneAt) this.#prune()
    this.#made[this.#made.length] = { ref: new WeakRefOfRealm(worker), name, isPrepared }
  }

  /** Those that have not ended. */
  list(): OwnWorker[] {
    const found: OwnWorker[] = []
    for (let i = 0; i < this.#made.length; i++) {
      const { ref, name, isPrepared } = this.#made[i] as Made
      const threadId = idOf(ref)
      if (threadId !== null) found[found.length] = { threadId, name, isPrepared }
    }
    return found
  }

  /** The program's objects of those that have not ended. */
  objects(): object[] {
    const found: object[] = []
    for (let i = 0; i < this.#made.length; i++) {
      const { ref } = this.#made[i] as Made
      const worker = idOf(ref) === null ? undefined : deref(ref)
      if (worker !== undefined) found[found.length] = worker
    }
    return found
  }

  /** So often that the list is at most twice as long as there are workers. */
  #prune(): void {
    const kept: Made[] = []
    for (let i = 0; i < this.#made.length; i++) {
      const made = this.#made[i] as Made
      if (idOf(made.ref) !== null) kept[kept.length] = made
    }
    this.#made = kept
    this.#pruneAt = kept.length * 2 > MIN_KEPT ? kept.length * 2 : MIN_KEPT
  }
}

function idOf(ref: WeakRef<object>): number | null {
  const worker = deref(ref)
  const id = worker === undefined || threadIdOf === null ? -1 : threadIdOf(worker)
  return id > 0 ? id : null
}

export const ownWorkers = new OwnWorkers()
