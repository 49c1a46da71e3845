/**
 * Who aborted. The error of an abort has the path of the function that waited; where `abort()` was called is kept with the
 * signal, and with the reason. One stack is captured for each signal that is aborted.
 */
import { OwnWeakMap } from '../engine/primordials.js'
import { type Arrival, arrivalOfRejecting } from './arrival.js'
import { countFault } from './faults.js'
import { type Failure, listFailure } from './kept-failures.js'
import { isNotFollowed } from './present.js'
import { originOfRejecting } from './unhandled.js'

let aborts = new OwnWeakMap<object, Failure>()

/**
 * A signal is being aborted by the code that runs.
 *
 * @param onReason is told of a reason that is an object.
 */
export function noteAbort(signal: object, reason: unknown, onReason: (reason: object) => void): void {
  try {
    if (aborts.has(signal) || isNotFollowed()) return
    const abort = newAbort()
    aborts.set(signal, abort)
    if (typeof reason !== 'object' || reason === null) return
    // A program may abort many signals with one reason: the last abort counts.
    aborts.set(reason, abort)
    onReason(reason)
  } catch (error) {
    countFault(error)
  }
}

function newAbort(): Failure {
  const abort = { arrivals: [arrivalOfRejecting(originOfRejecting())], isListed: false }
  listFailure(abort)
  return abort
}

/** Where a signal was aborted, or the last one for this reason; empty where that is not known. */
export function abortsOf(of: unknown): readonly Arrival[] {
  return typeof of === 'object' && of !== null ? (aborts.get(of)?.arrivals ?? []) : []
}

export function forgetAborts(): void {
  aborts = new OwnWeakMap<object, Failure>()
}
