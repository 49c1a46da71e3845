import { AsyncResource } from 'node:async_hooks'
import { joined } from '../engine/lists.js'
import { apply, defineProperty } from '../engine/primordials.js'
import { boundToPresent } from '../record/bound-call.js'
import { enterScope, leaveScope } from '../record/present.js'
import { forgetUnwound, noteUnwoundScope } from '../record/unwound.js'
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
        forgetUnwound()
        const outer = enterScope()
        let hasThrown = true
        try {
          const result: unknown = apply(original, this, all)
          hasThrown = false
          return result
        } finally {
          leaveScope(outer)
          if (hasThrown) noteUnwoundScope(this)
        }
      },
    }
    return runInAsyncScope
  }
  return [
    wrapFunction(AsyncResource.prototype, 'runInAsyncScope', wrap),
    wrapFunction(AsyncResource.prototype, 'bind', (original) => bindWith(original, isOn)),
  ]
}

/** `AsyncResource.bind`, `AsyncLocalStorage.bind` and `snapshot` call it: what is bound comes from who bound it. */
function bindWith(original: AnyFunction, isOn: () => boolean): AnyFunction {
  const { bind } = {
    bind(this: unknown, fn: unknown, ...rest: unknown[]) {
      if (!isOn() || typeof fn !== 'function') return apply(original, this, joined([fn], rest))
      const callback = boundToPresent(fn as AnyFunction, isOn, this)
      // Node gives what it returns the length of what it got.
      if (callback !== fn) defineProperty(callback, 'length', { value: fn.length })
      return apply(original, this, joined([callback], rest))
    },
  }
  return bind
}
