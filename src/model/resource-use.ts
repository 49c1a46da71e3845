import type { Frame } from './frame.js'

/** Use of a resource that has a queue: a pool, a lock, a limiter. */
export interface ResourceUse {
  /** The npm package of the resource; null if it is not a known one. */
  readonly package: string | null
  /** The maximum number of simultaneous users; null if unknown. */
  readonly capacity: number | null
  /** The number of current users; null if unknown. */
  readonly inUse: number | null
  readonly holders: readonly ResourceHolder[]
}

export interface ResourceHolder {
  /**
   * `suspended`: functions that are suspended while they use it. `waits for it`: the same, and what they wait for is
   * the resource itself: a deadlock. `leaked`: nothing will give it back. `unseen`: no suspended function uses it, but a callback may
   * give it back.
   */
  readonly state: 'suspended' | 'waits for it' | 'leaked' | 'unseen'
  /** How many parts of the resource they have; of one whose parts cannot be counted (`inUse` is null), 1 stands for all that leaked. */
  readonly count: number
  /** Where the holder is suspended; of a leaked one where its connection was opened, null if that was not recorded. */
  readonly frame: Frame | null
  /** The ids of the nodes of the wait graph that hold it. */
  readonly nodeIds: readonly number[]
}
