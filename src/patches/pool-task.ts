import { countFault, originOfResource } from '../record/recorder.js'
import { type Undo, wrapFunction } from './patch.js'
import type { PoolJob } from './pool-job.js'

/**
 * Piscina and tinypool queue their jobs, so the place of `run()` is lost by the time a job is posted. Their
 * task is an `AsyncResource` that is made in `run()`; its `releaseTask()` is called right before the post.
 */
export class PoolTasks {
  readonly #isOn: () => boolean
  readonly #onJob: (job: PoolJob) => void
  readonly #undos: Undo[] = []
  #known = new WeakSet<object>()

  constructor(isOn: () => boolean, onJob: (job: PoolJob) => void) {
    this.#isOn = isOn
    this.#onJob = onJob
  }

  /** A resource has been announced whose type is that of a pool's task. */
  onTask(resource: object): void {
    const prototype: unknown = Object.getPrototypeOf(resource)
    if (typeof prototype !== 'object' || prototype === null || this.#known.has(prototype)) return
    this.#known.add(prototype)
    if (Object.hasOwn(prototype, 'releaseTask')) this.#undos.push(this.#wrap(prototype))
  }

  undo(): void {
    for (const undo of this.#undos) undo()
    this.#undos.length = 0
    this.#known = new WeakSet()
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
        const task: unknown = Reflect.apply(original, this, args)
        onReleased(this)
        return task
      }
    })
  }
}

function taskId(object: unknown): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  return Object.getOwnPropertyDescriptor(object, 'taskId')?.value
}
