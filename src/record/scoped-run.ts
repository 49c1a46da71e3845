import { isAsyncFunction } from '../engine/node-primordials.js'
import { apply } from '../engine/primordials.js'
import { begunWork } from './begun-work.js'
import { runBound } from './bound-call.js'
import { epoch } from './epoch.js'
import { currentOrigin } from './present.js'
import { unsampled } from './sampling.js'
import type { Wait } from './wait.js'
import { originOfScope, type WorkScope } from './work-scope.js'

/** What a function begins is of the scope. Its paths end where the scope begins, and go on where this is called. */
export function runInScope(
  scope: WorkScope,
  fn: (...args: never[]) => unknown,
  self: unknown,
  args: unknown[],
): unknown {
  const present = currentOrigin()
  if (present === unsampled) return apply(fn, self, args)
  begunWork.newestAwait = null
  let result: unknown
  try {
    result = runBound(originOfScope(present, scope, epoch), fn, self, args)
    return result
  } finally {
    // The function itself is the last that awaits, if it awaits.
    const newest = begunWork.newestAwait as Wait | null
    scope.held = newest ?? scope.held
    scope.awaits = newest?.of === result && isAsyncFunction(fn) ? newest : null
    begunWork.newestAwait = null
  }
}
