import type { Origin } from '../record/origin.js'

/** A job that a pool is about to post to one of its workers. */
export interface PoolJob {
  /** Where the pool was given the job; null where that was before tracing. */
  readonly origin: Origin | null
  /** Whether a message is this job's. */
  isOf(payload: unknown): boolean
}
