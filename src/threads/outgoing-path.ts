import { slice } from '../engine/lists.js'
import type { ForeignOrigin, ForeignPath } from '../record/foreign.js'
import { currentOrigin } from '../record/present.js'
import { unsampled } from '../record/sampling.js'
import { pathOfOrigin, pathOfPresent } from '../walk/creation-path.js'
import type { WalkedPath } from '../walk/path-walk.js'
import { countPoolFrames } from '../walk/pool-frames.js'
import { taskOf } from '../walk/tasks.js'
import { decodePath } from './coded-path.js'
import { type Job, takeJobOf } from './jobs.js'
import { memory } from './memory.js'
import { foreignPath, sharedPath, unknownPath, withCreatedTask } from './shared-path.js'
import type { SharedPath } from './shared-step.js'

/** What is told of the sender of a message. */
export interface Sender {
  readonly kind: 'executor' | 'worker'
  /** Null where the sender is not followed: sampling. */
  readonly path: SharedPath | null
}

/**
 * @param payload the message.
 * @param hidden the innermost of the tracer's own functions that the program called.
 */
export function senderOf(payload: unknown, hidden: (...args: never[]) => unknown): Sender {
  const job = takeJobOf(payload, hidden)
  if (job !== null) return { kind: 'executor', path: job.origin === unsampled ? null : jobPath(job) }
  return { kind: 'worker', path: currentOrigin() === unsampled ? null : presentPath(hidden) }
}

/** The path of the code that runs now, across threads. */
export function presentPath(hidden: (...args: never[]) => unknown): SharedPath {
  return toShared(pathOfPresent(hidden), 0, 'worker')
}

function jobPath({ origin }: Job): SharedPath {
  if (origin === null) return unknownPath(memory())
  const walked = pathOfOrigin(origin)
  return toShared(walked, countPoolFrames(walked.steps), 'executor')
}

function toShared({ steps, from }: WalkedPath, skip: number, kind: 'executor' | 'worker'): SharedPath {
  return sharedPath(memory(), skip === 0 ? steps : slice(steps, skip), kind, from === null ? null : pathBefore(from))
}

function pathBefore(from: ForeignOrigin): SharedPath | null {
  const { path } = from
  if (!(path instanceof ReceivedPath)) return null
  if (path.shared === null) return unknownPath(memory())
  return withCreatedTask(path.shared, from.kind as 'executor' | 'worker', taskOf(from, null))
}

/** As it was received; it is decoded when somebody asks. Null where it cannot be believed. */
export class ReceivedPath {
  readonly #decode: () => SharedPath
  #shared: SharedPath | null | undefined = undefined

  constructor(decode: () => SharedPath) {
    this.#decode = decode
  }

  get shared(): SharedPath | null {
    if (this.#shared === undefined) this.#shared = soundOrNull(this.#decode)
    return this.#shared
  }

  read(): ForeignPath | null {
    const { shared } = this
    return shared && soundOrNull(() => foreignPath(memory(), shared))
  }
}

function soundOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    memory().countDropped()
    return null
  }
}

/** @param numbers as `encodePath` made them. */
export function receivedPath(numbers: ArrayLike<number>, from: number): ReceivedPath {
  return new ReceivedPath(() => decodePath(memory(), numbers, from))
}
