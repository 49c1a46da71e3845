import { isAsyncFunction } from '../engine/node-primordials.js'
import { apply } from '../engine/primordials.js'
import { begunWork } from './begun-work.js'
import { runBound } from './bound-call.js'
import { epoch } from './epoch.js'
import type { Origin } from './origin.js'
import { currentOrigin } from './present.js'
import { leaveOutRunner, samplingRate, unsampled } from './sampling.js'
import { segment } from './segment.js'
import { ResourceStamp } from './stamp.js'
import type { Wait } from './wait.js'
import { originOfScope, type WorkScope } from './work-scope.js'

type AnyFunction = (...args: never[]) => unknown

/**
 * What a function begins is of the scope.
 *
 * @param from where its paths go on beyond the scope.
 */
export function runInScope(
  scope: WorkScope,
  fn: AnyFunction,
  self: unknown,
  args: unknown[],
  from: Origin | null = currentOrigin(),
): unknown {
  if (from === unsampled && samplingRate() < 1) return apply(fn, self, args)
  begunWork.newestAwait = null
  let result: unknown
  try {
    result = runBound(originOfScope(from === unsampled ? null : from, scope, epoch), fn, self, args)
    return result
  } finally {
    // The function itself is the last that awaits, if it awaits.
    const newest = begunWork.newestAwait as Wait | null
    scope.held = newest ?? scope.held
    scope.awaits = newest?.of === result && isAsyncFunction(fn) ? newest : null
    begunWork.newestAwait = null
  }
}

/** Calls a function of a test runner: nothing is recorded of what it does by itself, now and later. */
export function runUnfollowed(fn: AnyFunction, self: unknown, args: unknown[]): unknown {
  // By chance, what it calls is followed or not.
  if (samplingRate() < 1) return apply(fn, self, args)
  leaveOutRunner()
  return runBound(unsampled, fn, self, args)
}

/** The same for what is bound to an `AsyncResource` of a test runner. */
export function leaveOutBoundTo(resource: object): void {
  if (samplingRate() < 1) return
  leaveOutRunner()
  ResourceStamp.put(resource, unsampled)
}

/** The same for the rest of the promise reaction that runs, and for the functions that wait for it. */
export function unfollow(): void {
  if (segment.depth === 0 || unsampled.epoch !== epoch || samplingRate() < 1) return
  leaveOutRunner()
  segment.current = unsampled
}
