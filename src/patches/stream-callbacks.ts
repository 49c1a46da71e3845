import { Stream } from 'node:stream'
import { apply } from '../engine/primordials.js'
import { boundToPresent } from '../record/bound-call.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/**
 * `stream.pipeline` and `stream.finished` call back out of whatever ends a stream: another task that destroys it, a tick of
 * Node's own. The path of the callback goes on where it was handed over, as that of their promises does.
 */
export function patchStreamCallbacks(isOn: () => boolean): Undo[] {
  return [
    wrapFunction(Stream, 'pipeline', (original) => bindArgument(original, isOn, (count) => count - 1)),
    wrapFunction(Stream, 'finished', (original) => bindArgument(original, isOn, (count) => (count === 2 ? 1 : 2))),
  ]
}

function bindArgument(original: AnyFunction, isOn: () => boolean, indexOf: (count: number) => number): AnyFunction {
  return function (this: unknown, ...args: unknown[]): unknown {
    const at = indexOf(args.length)
    const callback = args[at]
    if (isOn() && typeof callback === 'function') args[at] = boundToPresent(callback as AnyFunction, isOn)
    return apply(original, this, args)
  }
}
