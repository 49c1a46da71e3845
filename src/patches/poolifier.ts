import { builtinModule } from '../engine/builtin-modules.js'
import { callersOf } from '../engine/call-sites.js'
import { some } from '../engine/lists.js'
import { isNativeError } from '../engine/node-primordials.js'
import { withOriginalBuiltins } from '../engine/original-builtins.js'
import { ownValue } from '../engine/own-value.js'
import { apply, firstKey, OwnMap, test } from '../engine/primordials.js'
import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { originOfResource } from '../record/present.js'
import { recordPresent } from '../record/resources.js'
import { type AnyFunction, publishToESM, type Undo, wrapFunction } from './patch.js'
import type { PoolJob } from './pool-job.js'

const SCRIPT = /[\\/]poolifier[\\/]/
/** So many jobs may wait, and be at a worker; of more, the oldest lose their path. */
const MAX_WAITING = 100_000
const MAX_POSTED = 10_000

/**
 * poolifier makes a number for each job by `crypto.randomUUID()` and right after it, unless its events are
 * off, an `AsyncResource` named `poolifier:task`. With a queue, a job is posted when another one has ended:
 * its number says where it comes from. Without one it is posted within `execute()`.
 */
export class PoolifierJobs {
  readonly #isOn: () => boolean
  readonly #undos: Undo[] = []
  readonly #areErrorsWanted: () => boolean
  readonly #onFailed: (failure: object, origin: Origin | null) => void
  readonly #waiting = new OwnMap<string, Origin>()
  /** Jobs that a worker has, while their errors are wanted. */
  readonly #posted = new OwnMap<string, Origin>()
  #lastId: string | null = null

  constructor(
    isOn: () => boolean,
    areErrorsWanted: () => boolean,
    onFailed: (failure: object, origin: Origin | null) => void,
  ) {
    this.#isOn = isOn
    this.#areErrorsWanted = areErrorsWanted
    this.#onFailed = onFailed
  }

  /** A resource has been announced whose type begins as poolifier's do: its pool's events, then its tasks. */
  onResource(type: string, resource: object): void {
    if (this.#undos.length === 0) this.#watchIds()
    const origin = type === 'poolifier:task' ? originOfResource(resource) : null
    if (origin === null || this.#lastId === null) return
    addWithin(this.#waiting, MAX_WAITING, this.#lastId, origin)
    this.#lastId = null
  }

  /** @returns undefined for what is no job of poolifier's. */
  jobOf(payload: object, hidden: AnyFunction): PoolJob | undefined {
    const id = ownValue(payload, 'taskId')
    if (typeof id !== 'string' || typeof ownValue(payload, 'timestamp') !== 'number') return undefined
    if (ownValue(payload, 'workerId') === undefined) return undefined
    const origin = this.#waiting.get(id) ?? (isExecuting(hidden) ? recordPresent('callback') : null)
    this.#waiting.delete(id)
    if (origin !== null && this.#areErrorsWanted()) addWithin(this.#posted, MAX_POSTED, id, origin)
    return { origin, isOf: (other) => other === payload }
  }

  /** A message has arrived: a worker's answer to a job has the job's number. */
  onAnswer(payload: unknown): void {
    if (this.#posted.size === 0 || typeof payload !== 'object' || payload === null) return
    const id = ownValue(payload, 'taskId')
    const origin = typeof id === 'string' ? this.#posted.get(id) : undefined
    if (origin === undefined) return
    this.#posted.delete(id as string)
    const failure = ownValue(payload, 'workerError')
    if (typeof failure !== 'object' || failure === null) return
    // Between processes, the pool makes an error of the failure's message and stack.
    const error = ownValue(failure, 'error')
    this.#onFailed(typeof error === 'object' && error !== null && isNativeError(error) ? error : failure, origin)
  }

  undo(): void {
    for (const undo of this.#undos) undo()
    this.#undos.length = 0
    this.#waiting.clear()
    this.#posted.clear()
    this.#lastId = null
  }

  #watchIds(): void {
    try {
      const wrap = (original: AnyFunction): AnyFunction => {
        const jobs = this
        return function randomUUID(this: unknown, ...args: unknown[]) {
          const id: unknown = apply(original, this, args)
          if (jobs.#isOn()) jobs.#lastId = id as string
          return id
        }
      }
      withOriginalBuiltins(() => {
        this.#undos.push(wrapFunction(builtinModule('node:crypto'), 'randomUUID', wrap))
        publishToESM()
      })
    } catch (error) {
      countFault(error)
    }
  }
}

/** The map keeps its newest entries. */
function addWithin(map: Map<string, Origin>, size: number, id: string, origin: Origin): void {
  if (map.size >= size) map.delete(firstKey(map) as string)
  map.set(id, origin)
}

function isExecuting(hidden: AnyFunction): boolean {
  return some(callersOf(hidden), (site) => test(SCRIPT, site.script ?? '') && test(/\binternalExecute$/, site.name))
}
