import { captureSyncStack } from '../engine/sync-capture.js'
import { beginCapture, ErrorOfRealm, endCapture, isWalkOff } from './capture.js'
import { isOnCourse, noteRejected } from './failures.js'
import { faults } from './faults.js'
import { MAX_FRAMES, type Origin } from './origin.js'
import { addPending } from './pending-stacks.js'
import { currentOrigin, originOf } from './present.js'
import { reaction } from './reaction.js'
import { unsampled } from './sampling.js'
import { PromiseStamp } from './stamp.js'
import { AWAIT, Wait } from './wait.js'

/**
 * A promise is rejected that nothing waits for yet: one made by hand, or that of an async function which has not suspended.
 * Nothing will be resumed with the rejection if nothing ever waits for it, so the code that rejects is all that is known.
 * What an earlier reaction has noted, or the end of the present one will note, costs no capture.
 */
export function noteUnhandled(promise: object, reason: unknown): void {
  try {
    const record = PromiseStamp.get(promise)
    if (record instanceof Wait && record.kind === AWAIT && record.of === promise) return
    if (reaction.resumed?.of === promise || isOnCourse(promise, reason) || currentOrigin() === unsampled) return
    noteRejected(promise, reason, originOfRejecting())
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/** Of the code that runs and rejects. */
export function originOfRejecting(): Origin {
  const limit = beginCapture(MAX_FRAMES)
  const error = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
  endCapture(limit)
  const origin = originOf(error, 'rejection', 0)
  addPending(origin)
  return origin
}
