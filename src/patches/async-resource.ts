import { AsyncResource } from 'node:async_hooks'
import { bindOrigin, runBound } from '../record/bound-call.js'
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
        if (!isOn()) return Reflect.apply(original, this, [fn, thisArg, ...args])
        const outer = enterScope()
        try {
          return Reflect.apply(original, this, [fn, thisArg, ...args])
        } finally {
          leaveScope(outer)
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
      if (!isOn() || typeof fn !== 'function') return Reflect.apply(original, this, [fn, ...rest])
      const origin = bindOrigin()
      const callback = function (this: unknown, ...args: unknown[]): unknown {
        return runBound(isOn() ? origin : null, fn as AnyFunction, this, args)
      }
      // Node gives what it returns the length of what it got.
      Object.defineProperty(callback, 'length', { value: fn.length })
      return Reflect.apply(original, this, [callback, ...rest])
    },
  }
  return bind
}
