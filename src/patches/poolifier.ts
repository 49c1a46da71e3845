import { builtinModule } from '../engine/builtin-modules.js'
import { callersOf } from '../engine/call-sites.js'
import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { originOfResource } from '../record/present.js'
import { recordPresent } from '../record/resources.js'
import { type AnyFunction, publishToESM, type Undo, wrapFunction } from './patch.js'
import type { PoolJob } from './pool-job.js'

const SCRIPT = /[\\/]poolifier[\\/]/
/** So many jobs may wait; of more, the oldest lose their path. */
const MAX_WAITING = 100_000

/**
 * poolifier makes a number for each job by `crypto.randomUUID()` and right after it, unless its events are
 * off, an `AsyncResource` named `poolifier:task`. With a queue, a job is posted when another one has ended:
 * its number says where it comes from. Without one it is posted within `execute()`.
 */
export class PoolifierJobs {
  readonly #isOn: () => boolean
  readonly #undos: Undo[] = []
  readonly #waiting = new Map<string, Origin>()
  #lastId: string | null = null

  constructor(isOn: () => boolean) {
    this.#isOn = isOn
  }

  /** A resource has been announced whose type begins as poolifier's do: its pool's events, then its tasks. */
  onResource(type: string, resource: object): void {
    if (this.#undos.length === 0) this.#watchIds()
    const origin = type === 'poolifier:task' ? originOfResource(resource) : null
    if (origin === null || this.#lastId === null) return
    if (this.#waiting.size >= MAX_WAITING)
      for (const [oldest] of this.#waiting) {
        this.#waiting.delete(oldest)
        break
      }
    this.#waiting.set(this.#lastId, origin)
    this.#lastId = null
  }

  /** @returns undefined for what is no job of poolifier's. */
  jobOf(payload: object, hidden: AnyFunction): PoolJob | undefined {
    const value = (key: string): unknown => Object.getOwnPropertyDescriptor(payload, key)?.value
    const id = value('taskId')
    if (typeof id !== 'string' || typeof value('timestamp') !== 'number' || value('workerId') === undefined)
      return undefined
    const origin = this.#waiting.get(id) ?? (isExecuting(hidden) ? recordPresent('callback') : null)
    this.#waiting.delete(id)
    return { origin, isOf: (other) => other === payload }
  }

  undo(): void {
    for (const undo of this.#undos) undo()
    this.#undos.length = 0
    this.#waiting.clear()
    this.#lastId = null
  }

  #watchIds(): void {
    try {
      const wrap = (original: AnyFunction): AnyFunction => {
        const jobs = this
        return function randomUUID(this: unknown, ...args: unknown[]) {
          const id: unknown = Reflect.apply(original, this, args)
          if (jobs.#isOn()) jobs.#lastId = id as string
          return id
        }
      }
      this.#undos.push(wrapFunction(builtinModule('node:crypto'), 'randomUUID', wrap))
      publishToESM()
    } catch (error) {
      countFault(error)
    }
  }
}

function isExecuting(hidden: AnyFunction): boolean {
  return callersOf(hidden).some((site) => SCRIPT.test(site.script ?? '') && /\binternalExecute$/.test(site.name))
}
