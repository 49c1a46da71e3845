import { ErrorOfRealm } from '../engine/primordials.js'

/**
 * Trouble inside the tracer ends here and is shown by `tracingStatus()`. Hooks write to it in place: where the
 * stack is nearly full, a call in a `catch` would throw once more, into the program.
 */
export const faults: { count: number; last: unknown } = { count: 0, last: null }

export function countFault(error: unknown): void {
  faults.count++
  faults.last = error
}

/** What a fault says of itself; anything can be thrown. */
export function messageOf(fault: unknown): string {
  return fault instanceof ErrorOfRealm ? fault.message : 'unknown fault'
}
