import { isAwaitOfNewPromise } from '../engine/source-text.js'
import type { Frame } from '../model/frame.js'
import { isProgramFrame } from '../model/package-of.js'
import type { Origin } from '../record/origin.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfResource } from '../record/present.js'
import { frameAt } from './frame-at.js'
import { isAwait } from './present-wait.js'
import type { PresentWaits } from './present-waits.js'

/** The program's innermost frame of the call that made a resource. */
export function resourceMadeAt(resource: object): Frame | null {
  return programFrameOf(originOfResource(resource))
}

const MOST_HOPS = 16

/**
 * The innermost function of the program itself that led to a resource: a pool that is an npm package makes its sockets,
 * and Node.js makes a server whose address it looked up first. Of the package if the program itself is not known.
 */
export function resourceBegunAt(resource: object): Frame | null {
  let origin = originOfResource(resource)
  let ofPackage: Frame | null = null
  for (let hops = 0; origin !== null && hops < MOST_HOPS; hops++) {
    for (const site of origin.stack === null ? [] : readStack(origin.stack)) {
      if (site.isInternal) continue
      const frame = frameAt(site, '')
      if (isProgramFrame(frame)) return Object.freeze(frame)
      ofPackage ??= frame
    }
    origin = origin.parent
  }
  return ofPackage
}

function programFrameOf(origin: Origin | null): Frame | null {
  const stack = origin?.stack ?? null
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
