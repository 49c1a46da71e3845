import type { Origin } from './origin.js'

/** A function was resumed with a rejection, or has failed, or a `.then` met one, or code rejected a promise. */
export interface Arrival {
  readonly origin: Origin
  /** Whether it is of an async function; else of a `.then`, or of what rejected a promise. */
  readonly isAwait: boolean
  /** True where the stack of the origin is that of the code which rejected a promise. */
  readonly isOfRejection: boolean
  /** A raw stack whose innermost place is that of the await; null where only the origin tells. */
  readonly place: Error | null
  /** True where the stack of the origin was captured at this very await. */
  readonly isCaptured: boolean
  /** True where the origin holds the place of the call that was awaited. */
  readonly isOfCall: boolean
}

/** Of the code that rejects a promise or aborts a signal. */
export function arrivalOfRejecting(origin: Origin): Arrival {
  return { origin, isAwait: false, isOfRejection: true, place: null, isCaptured: false, isOfCall: false }
}
