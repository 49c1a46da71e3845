import { append } from '../engine/lists.js'
import { ownValue } from '../engine/own-value.js'
import { apply, getPrototypeOf, hasOwn, OwnWeakSet } from '../engine/primordials.js'
import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { originOfResource } from '../record/present.js'
import { type Undo, wrapFunction } from './patch.js'
import type { PoolJob } from './pool-job.js'

/**
 * Piscina and tinypool queue their jobs, so the place of `run()` is lost by the time a job is posted. Their
 * task is an `AsyncResource` that is made in `run()`; its `releaseTask()` is called right before the post.
 */
export class PoolTasks {
  readonly #isOn: () => boolean
  readonly #onJob: (job: PoolJob) => void
  readonly #onFailed: (error: unknown, origin: Origin | null) => void
  readonly #undos: Undo[] = []
  #known = new OwnWeakSet<object>()

  constructor(
    isOn: () => boolean,
    onJob: (job: PoolJob) => void,
    onFailed: (error: unknown, origin: Origin | null) => void,
  ) {
    this.#isOn = isOn
    this.#onJob = onJob
    this.#onFailed = onFailed
  }

  /** A resource has been announced whose type is that of a pool's task. */
  onTask(resource: object): void {
    const prototype: unknown = getPrototypeOf(resource)
    if (typeof prototype !== 'object' || prototype === null || this.#known.has(prototype)) return
    this.#known.add(prototype)
    if (hasOwn(prototype, 'releaseTask')) append(this.#undos, [this.#wrap(prototype), this.#wrapDone(prototype)])
  }

  undo(): void {
    for (const undo of this.#undos) undo()
    this.#undos.length = 0
    this.#known = new OwnWeakSet()
  }

  #wrap(prototype: object): Undo {
    const onReleased = (task: object): void => {
      if (!this.#isOn()) return
      try {
        const id = taskId(task)
        const isOf = (payload: unknown) => id !== undefined && taskId(payload) === id
        this.#onJob({ origin: originOfResource(task), isOf })
      } catch (error) {
        countFault(error)
      }
    }
    return wrapFunction(prototype, 'releaseTask', (original) => {
      return function releaseTask(this: object, ...args: unknown[]) {
        const task: unknown = apply(original, this, args)
        onReleased(this)
        return task
      }
    })
  }

  /** Both call `done(error, result)` with what the worker has answered. */
  #wrapDone(prototype: object): Undo {
    const onFailed = (task: object, error: unknown): void => {
      if (this.#isOn()) this.#onFailed(error, originOfResource(task))
    }
    return wrapFunction(prototype, 'done', (original) => {
      return function done(this: object, ...args: unknown[]) {
        if (args[0] !== null) onFailed(this, args[0])
        return apply(original, this, args)
      }
    })
  }
}

function taskId(object: unknown): unknown {
  return ownValue(object, 'taskId')
}
