import { apply } from '../engine/primordials.js'
import { begunWork } from './begun-work.js'
import { runBound } from './bound-call.js'
import { epoch } from './epoch.js'
import { currentOrigin } from './present.js'
import { unsampled } from './sampling.js'
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
  try {
    return runBound(originOfScope(present, scope, epoch), fn, self, args)
  } finally {
    // The function itself is the last that awaits.
    scope.held = begunWork.newestAwait ?? scope.held
    begunWork.newestAwait = null
  }
}
