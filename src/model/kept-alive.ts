import type { Frame } from './frame.js'
import type { Leaf } from './leaf.js'

/** What keeps an event loop from ending, whether an async function waits for it or not. */
export interface KeptAlive {
  /** With the place where it was made, if that was recorded. */
  readonly leaf: Leaf
  /** Where the function begins that it will call; null if that is not known. */
  readonly calls: Frame | null
}
