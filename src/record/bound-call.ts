import { apply } from '../engine/primordials.js'
import { epoch } from './epoch.js'
import { last } from './last-event.js'
import type { Origin } from './origin.js'
import { originOfResource } from './present.js'
import { recordPresent } from './resources.js'
import { unsampled } from './sampling.js'
import { segment } from './segment.js'
import { forgetUnwound, noteUnwound } from './unwound.js'

/**
 * Where a function is bound to the present code: it may be called from any other.
 *
 * @param resource what it is bound to as well: if that is not followed, nor is the function.
 */
export function bindOrigin(resource: unknown = null): Origin | null {
  if (typeof resource === 'object' && resource !== null && originOfResource(resource) === unsampled) return unsampled
  return recordPresent('callback')
}

/** Runs a function as a piece of work of its own: its path goes on where it was bound, not where it is called. */
export function runBound(
  origin: Origin | null,
  fn: (...args: never[]) => unknown,
  self: unknown,
  args: unknown[],
): unknown {
  return origin === null || origin.epoch !== epoch ? apply(fn, self, args) : boundCall(origin, fn, self, args)
}

/** The places below this call belong to who calls (`BOUND_CALL` in engine/call-sites.ts). */
function boundCall(origin: Origin, fn: (...args: never[]) => unknown, self: unknown, args: unknown[]): unknown {
  last.forgetSuspended()
  forgetUnwound()
  segment.enterBound(origin)
  let hasThrown = true
  try {
    const result = apply(fn, self, args)
    hasThrown = false
    return result
  } finally {
    last.forgetSuspended()
    if (origin.epoch === epoch) segment.leave()
    if (hasThrown) noteUnwound(origin)
  }
}
