import { AsyncResource } from 'node:async_hooks'
import { joined } from '../engine/lists.js'
import { apply } from '../engine/primordials.js'
import { enterScope, leaveScope } from '../record/present.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/**
 * `runInAsyncScope` makes its resource the running one; the path of the code within is still that of the
 * caller, which Node no longer names. Where the caller is not known (a microtask is entered so by Node
 * itself), the place that created the resource stands for it.
 */
export function patchAsyncResource(isOn: () => boolean): Undo[] {
  const wrap = (original: AnyFunction): AnyFunction => {
    const { runInAsyncScope } = {
      runInAsyncScope(this: unknown, fn: unknown, thisArg: unknown, ...args: unknown[]) {
        const all = joined([fn, thisArg], args)
        if (!isOn()) return apply(original, this, all)
        const outer = enterScope()
        try {
          return apply(original, this, all)
        } finally {
          leaveScope(outer)
        }
      },
    }
    return runInAsyncScope
  }
  return [wrapFunction(AsyncResource.prototype, 'runInAsyncScope', wrap)]
}
