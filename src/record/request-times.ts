import { now } from '../engine/real-clock.js'
import { countFault } from './faults.js'
import { RequestStamp } from './stamp.js'

/** An HTTP request of this thread begins; of several calls the first counts. @param message Node's `IncomingMessage` of a server's, or `ClientRequest`. */
export function noteRequest(message: unknown): void {
  try {
    if (typeof message !== 'object' || message === null) return
    if (RequestStamp.get(message) === null) RequestStamp.put(message, now())
  } catch (error) {
    countFault(error)
  }
}

/** Milliseconds since it began; null where that was not recorded. */
export function requestAgeMs(message: object): number | null {
  const beganMs = RequestStamp.get(message)
  return typeof beganMs === 'number' ? Math.max(0, Math.round(now() - beganMs)) : null
}
