/**
 * Who aborted. The error of an abort has the path of the function that waited; where `abort()` was called is kept with the
 * signal, and with the reason. One stack is captured for each signal that is aborted.
 */
import { OwnWeakMap } from '../engine/primordials.js'
import type { Arrival } from './arrival.js'
import { countFault } from './faults.js'
import { listFailure } from './kept-failures.js'
import { isNotFollowed } from './present.js'
import { originOfRejecting } from './unhandled.js'

interface Abort {
  readonly arrivals: readonly Arrival[]
  isListed: boolean
}

let aborts = new OwnWeakMap<object, Abort>()

/** A signal is being aborted by the code that runs. @param onReason is told of a reason that is an object. */
export function noteAbort(signal: object, reason: unknown, onReason: (reason: object) => void): void {
  try {
    if (aborts.has(signal) || isNotFollowed()) return
    const known = typeof reason === 'object' && reason !== null ? aborts.get(reason) : undefined
    const abort = known ?? newAbort()
    aborts.set(signal, abort)
    if (known !== undefined || typeof reason !== 'object' || reason === null) return
    aborts.set(reason, abort)
    onReason(reason)
  } catch (error) {
    countFault(error)
  }
}

function newAbort(): Abort {
  const origin = originOfRejecting()
  const arrival = { origin, isAwait: false, isOfRejection: true, place: null, isCaptured: false, isOfCall: false }
  const abort = { arrivals: [arrival], isListed: false }
  listFailure(abort)
  return abort
}

/** Where a signal was aborted, or any signal for this reason; empty where that is not known. */
export function abortsOf(of: unknown): readonly Arrival[] {
  return typeof of === 'object' && of !== null ? (aborts.get(of)?.arrivals ?? []) : []
}

export function forgetAborts(): void {
  aborts = new OwnWeakMap<object, Abort>()
}
