import { isProxy } from '../engine/node-primordials.js'
import { OwnWeakMap } from '../engine/primordials.js'
import type { Origin } from '../record/origin.js'

/** A job that a pool is about to post, and where the pool was given it. */
export interface Job {
  readonly origin: Origin | null
  isOf(payload: unknown): boolean
}
let nextJob: Job | null = null

let jobs = new OwnWeakMap<object, Job>()

/** The next message is this job's, if it looks like it. */
export function jobIsNext(next: Job | null): void {
  nextJob = next
}

/** This very object will be posted for a job. */
export function jobIsQueued(payload: object, queued: Job): void {
  jobs.set(payload, queued)
}

let findJob: (payload: object, hidden: (...args: never[]) => unknown) => Job | undefined = () => undefined

/** @param finder tells a job by its message. */
export function findJobsBy(finder: typeof findJob): void {
  findJob = finder
}

let onAnswer: (payload: unknown) => void = () => {}

/** @param listener is told of each message that arrives: it may be the answer to a job. */
export function watchAnswersBy(listener: typeof onAnswer): void {
  onAnswer = listener
}

/** Before the program has the message. */
export function answerArrived(payload: unknown): void {
  onAnswer(payload)
}

export function forgetJobs(): void {
  nextJob = null
  jobs = new OwnWeakMap()
}

/** The job that a message is of, if it is one's: asked once for each message. */
export function takeJobOf(payload: unknown, hidden: (...args: never[]) => unknown): Job | null {
  const next = nextJob
  nextJob = null
  if (typeof payload !== 'object' || payload === null || isProxy(payload)) return null
  const job = next ?? jobs.get(payload) ?? findJob(payload, hidden)
  return job?.isOf(payload) === true ? job : null
}
