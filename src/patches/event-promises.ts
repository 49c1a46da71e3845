import events from 'node:events'
import streams from 'node:stream/promises'
import { apply } from '../engine/primordials.js'
import { noteEvent } from '../record/resources.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/**
 * Promises that an emitter settles: no resource is begun for them, so what they wait for is noted on the
 * promise itself.
 */
export function patchEventPromises(isOn: () => boolean): Undo[] {
  const once = (original: AnyFunction): AnyFunction =>
    function once(this: unknown, ...args: unknown[]) {
      const promise: unknown = apply(original, this, args)
      if (isOn()) noteEvent(promise, args[0], args[1])
      return promise
    }
  const ofStream =
    (name: string) =>
    (original: AnyFunction): AnyFunction =>
      function (this: unknown, ...args: unknown[]) {
        const promise: unknown = apply(original, this, args)
        if (isOn()) noteEvent(promise, args[0], name)
        return promise
      }
  return [
    wrapFunction(events, 'once', once),
    wrapFunction(streams, 'finished', ofStream('finished')),
    wrapFunction(streams, 'pipeline', ofStream('pipeline')),
  ]
}
