import { apply } from '../engine/primordials.js'
import { epoch } from './epoch.js'
import { last } from './last-event.js'
import type { Origin } from './origin.js'
import { originOfResource } from './present.js'
import { recordPresent } from './resources.js'
import { unsampled } from './sampling.js'
import { segment } from './segment.js'
import { forgetUnwound, noteUnwound } from './unwound.js'

type AnyFunction = (...args: never[]) => unknown

/**
 * Binds a function to the present code: its path goes on here, whatever calls it. The stack of an error that it makes has
 * two more frames.
 *
 * @param resource what it is bound to as well: if that is not followed, nor is the function.
 * @returns the function itself if it is not known where the present code comes from.
 */
export function boundToPresent(fn: AnyFunction, isOn: () => boolean, resource: unknown = null): AnyFunction {
  const origin = isLeftOut(resource) ? unsampled : recordPresent('callback')
  return origin === null ? fn : boundTo(origin, fn, isOn)
}

/** The same, to the origin of other code. */
export function boundTo(origin: Origin, fn: AnyFunction, isOn: () => boolean): AnyFunction {
  const { bound } = {
    // A method: arrow functions have no `prototype` either.
    bound(this: unknown, ...args: unknown[]): unknown {
      return isOn() && origin.epoch === epoch ? boundCall(origin, fn, this, args) : apply(fn, this, args)
    },
  }
  return bound
}

function isLeftOut(resource: unknown): boolean {
  return typeof resource === 'object' && resource !== null && originOfResource(resource) === unsampled
}

/** Runs a function as a piece of work of its own: its path goes on where it was bound, not where it is called. */
export function runBound(origin: Origin | null, fn: AnyFunction, self: unknown, args: unknown[]): unknown {
  return origin === null || origin.epoch !== epoch ? apply(fn, self, args) : boundCall(origin, fn, self, args)
}

/** The places below this call belong to who calls (`BOUND_CALL` in engine/call-sites.ts). */
function boundCall(origin: Origin, fn: AnyFunction, self: unknown, args: unknown[]): unknown {
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
