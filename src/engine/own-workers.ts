import { Worker } from 'node:worker_threads'
import { getOwnPropertyDescriptor, OwnWeakMap, uncurryGetter } from './primordials.js'
import { WeakList } from './weak-list.js'

/** A worker that this thread has made and that has not ended. */
export interface OwnWorker {
  readonly threadId: number
  /** The name that the program gave it. */
  readonly name: string | null
  /** It loads the tracer before its first line. */
  readonly isPrepared: boolean
}

/** -1 once the thread has ended (Node 20 to 26). */
const threadIdOf = uncurryGetter<number>(getOwnPropertyDescriptor(Worker.prototype, 'threadId')?.get)
const MIN_KEPT = 16

/**
 * The workers of this thread. V8's inspector lists a worker only once it has begun: under load that can take a second,
 * in which a dump would not know of it.
 */
class OwnWorkers {
  /** Node holds each as long as its thread runs. */
  readonly #made = new WeakList<object>(MIN_KEPT, (worker) => idOf(worker) !== null)
  readonly #facts = new OwnWeakMap<object, Omit<OwnWorker, 'threadId'>>()

  add(worker: object, name: string | null, isPrepared: boolean): void {
    this.#facts.set(worker, { name, isPrepared })
    this.#made.add(worker)
  }

  /** Those that have not ended. */
  list(): OwnWorker[] {
    const found: OwnWorker[] = []
    const alive = this.#made.alive()
    for (let i = 0; i < alive.length; i++) {
      const worker = alive[i] as object
      const threadId = idOf(worker)
      const facts = this.#facts.get(worker)
      if (threadId !== null && facts !== undefined) found[found.length] = { threadId, ...facts }
    }
    return found
  }

  /** The program's objects of those that have not ended. */
  objects(): object[] {
    const found: object[] = []
    const alive = this.#made.alive()
    for (let i = 0; i < alive.length; i++)
      if (idOf(alive[i] as object) !== null) found[found.length] = alive[i] as object
    return found
  }
}

function idOf(worker: object): number | null {
  const id = threadIdOf === null ? -1 : threadIdOf(worker)
  return id > 0 ? id : null
}

export const ownWorkers = new OwnWorkers()
