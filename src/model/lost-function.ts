import type { Frame } from './frame.js'

/** Functions suspended at one place that will never continue: nothing reachable can settle what they wait for. */
export interface LostFunctions {
  /**
   * Where they are suspended, innermost first. Of a collected one the place where it was last known to be, or where it begins if
   * it went on after that.
   */
  readonly stack: readonly Frame[]
  /** How many of them. */
  readonly count: number
  /** Whether V8 has collected them already. */
  readonly isCollected: boolean
  readonly threadId: number
}
