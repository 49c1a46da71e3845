import { apply } from '../engine/primordials.js'
import { boundToPresent } from '../record/bound-call.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/** `Array.fromAsync` calls its mapper from jobs of which V8 announces nothing (Node 22 to 26). */
export function patchFromAsync(isOn: () => boolean): Undo {
  return wrapFunction(Array, 'fromAsync', (original: AnyFunction): AnyFunction => {
    const { fromAsync } = {
      fromAsync(this: unknown, ...args: unknown[]) {
        const mapper = args[1]
        if (isOn() && typeof mapper === 'function') args[1] = boundToPresent(mapper as AnyFunction, isOn)
        return apply(original, this, args)
      },
    }
    return fromAsync
  })
}
