import { createRequire } from 'node:module'
import { callersOf } from '../engine/call-sites.js'
import { find, last, some } from '../engine/lists.js'
import { ownValue } from '../engine/own-value.js'
import { apply, OwnSet, OwnWeakMap, test } from '../engine/primordials.js'
import { fileOfScript } from '../engine/script-file.js'
import { countFault } from '../record/faults.js'
import type { Origin } from '../record/origin.js'
import { recordPresent } from '../record/resources.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'
import type { PoolJob } from './pool-job.js'

const HANDLER = /[\\/]workerpool[\\/]src[\\/]WorkerHandler\.js$/

interface Handler {
  readonly lastId: number
  readonly requestQueue: readonly { readonly message: object }[]
}

/**
 * workerpool queues its jobs twice, for a free worker and for a worker that is ready, and has no
 * `AsyncResource`. Its classes are wrapped when it makes its first worker: before that, no job was queued.
 */
export class WorkerpoolJobs {
  readonly #isOn: () => boolean
  readonly #onJob: (job: PoolJob | null) => void
  readonly #onQueued: (message: object, job: PoolJob) => void
  readonly #onFailed: (error: unknown, origin: Origin | null) => void
  readonly #undos: Undo[] = []
  readonly #wrapped = new OwnSet<unknown>()
  /** Where `exec()` was called that returned this promise. */
  #submitted = new OwnWeakMap<object, Origin>()
  /** Where the `exec()` was called that runs now. */
  #submitting: Origin | null = null

  constructor(
    isOn: () => boolean,
    onJob: (job: PoolJob | null) => void,
    onQueued: (message: object, job: PoolJob) => void,
    onFailed: (error: unknown, origin: Origin | null) => void,
  ) {
    this.#onFailed = onFailed
    this.#isOn = isOn
    this.#onJob = onJob
    this.#onQueued = onQueued
  }

  /** A worker is being made; perhaps by workerpool. */
  onWorker(hidden: AnyFunction): void {
    try {
      const script = find(callersOf(hidden), (site) => test(HANDLER, site.script ?? ''))?.script
      if (script == null) return
      const file = fileOfScript(script)
      const { cache } = createRequire(file)
      const Handler: unknown = cache[file]?.exports
      const Pool: unknown = cache[file.replace('WorkerHandler.js', 'Pool.js')]?.exports
      if (typeof Handler !== 'function' || typeof Pool !== 'function' || this.#wrapped.has(Pool)) return
      this.#wrapped.add(Pool)
      this.#undos.push(wrapFunction(Pool.prototype as object, 'exec', (original) => this.#wrapSubmit(original)))
      this.#undos.push(wrapFunction(Handler.prototype as object, 'exec', (original) => this.#wrapPost(original)))
    } catch (error) {
      countFault(error)
    }
  }

  undo(): void {
    for (const undo of this.#undos) undo()
    this.#undos.length = 0
    this.#wrapped.clear()
    this.#submitted = new OwnWeakMap()
  }

  #wrapSubmit(original: AnyFunction): AnyFunction {
    const jobs = this
    return function exec(this: unknown, ...args: unknown[]) {
      if (!jobs.#isOn()) return apply(original, this, args)
      const outer = jobs.#submitting
      // A function is submitted by a second call, from within the first.
      const origin = outer ?? recordPresent('callback')
      jobs.#submitting = origin
      try {
        const promise: unknown = apply(original, this, args)
        if (typeof promise === 'object' && promise !== null && origin !== null) jobs.#submitted.set(promise, origin)
        return promise
      } finally {
        jobs.#submitting = outer
      }
    }
  }

  #wrapPost(original: AnyFunction): AnyFunction {
    const jobs = this
    return function exec(this: Handler, ...args: unknown[]) {
      if (!jobs.#isOn()) return apply(original, this, args)
      const job = jobs.#jobOf(this, args, exec)
      jobs.#onJob(job)
      jobs.#watch(args[2], job)
      try {
        return apply(original, this, args)
      } finally {
        jobs.#onJob(null)
        const queued = last(this.requestQueue)?.message
        if (queued !== undefined && job.isOf(queued)) jobs.#onQueued(queued, job)
      }
    }
  }

  /** The answer reaches the program through `resolver.reject`. */
  #watch(resolver: unknown, { origin }: PoolJob): void {
    if (typeof resolver !== 'object' || resolver === null) return
    wrapFunction(resolver, 'reject', (original) => (error: unknown) => {
      if (this.#isOn()) this.#onFailed(error, origin)
      return apply(original, resolver, [error])
    })
  }

  #jobOf(handler: Handler, [method, params, resolver]: readonly unknown[], hidden: AnyFunction): PoolJob {
    const promise = (resolver as { promise?: object } | undefined)?.promise
    const origin = (promise && this.#submitted.get(promise)) ?? this.#submitting ?? firstJob(hidden)
    const id = handler.lastId + 1
    return { origin, isOf: (payload) => isRequest(payload, id, method, params) }
  }
}

/** The job for which workerpool has made its first worker: its `exec()` ran before that was wrapped. */
function firstJob(hidden: AnyFunction): Origin | null {
  return some(callersOf(hidden), (site) => site.name === 'Pool.exec') ? recordPresent('callback') : null
}

function isRequest(payload: unknown, id: number, method: unknown, params: unknown): boolean {
  const value = (key: string): unknown => ownValue(payload, key)
  return value('id') === id && value('method') === method && value('params') === params
}
