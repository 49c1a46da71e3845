import { isAwaitOfNewPromise } from '../engine/source-text.js'
import type { Frame } from '../model/frame.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfResource } from '../record/present.js'
import { frameAt } from './frame-at.js'
import { isAwait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'

/** The program's innermost frame of the call that made a resource. */
export function resourceMadeAt(resource: object): Frame | null {
  const stack = originOfResource(resource)?.stack ?? null
  const site = stack === null ? undefined : readStack(stack).find((place) => !place.isInternal)
  return site === undefined ? null : Object.freeze(frameAt(site, ''))
}

/**
 * Where a promise was made by hand. Its making is no event that V8 tells from a call, and a stack for each would cost
 * more than all else that is recorded; what is certain is that of `await new Promise(…)`.
 */
export function promiseMadeAt(promise: object, waits: PresentWaits): Frame | null {
  for (const wait of waits.waitersOf(promise)) {
    const place = isAwait(wait) ? waits.placeOf(wait) : null
    if (place !== null && isAwaitOfNewPromise(place)) return waits.frameOf(wait)
  }
  return null
}
