import events from 'node:events'
import { Stream } from 'node:stream'
import streams from 'node:stream/promises'
import { findLastIndex } from '../engine/lists.js'
import { isProxy } from '../engine/node-primordials.js'
import { apply } from '../engine/primordials.js'
import { noteEvent, noteStreamEnd } from '../record/resources.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/**
 * Promises that an emitter settles: no resource is begun for them, so what they wait for is noted on the
 * promise itself.
 */
export function patchEventPromises(isOn: () => boolean): Undo[] {
  // Node's is an async function: a method has no `prototype` either.
  const once = (original: AnyFunction): AnyFunction =>
    ({
      once(this: unknown, ...args: unknown[]) {
        const promise: unknown = apply(original, this, args)
        // The options may have a signal that ends the wait.
        if (isOn()) noteEvent(promise, args[0], args[1], args[2] === undefined)
        return promise
      },
    }).once
  const ofStream = (original: AnyFunction): AnyFunction =>
    function (this: unknown, ...args: unknown[]) {
      const promise: unknown = apply(original, this, args)
      // Of a pipeline's streams, which options may follow, the last one ends last.
      if (isOn()) noteStreamEnd(promise, args[findLastIndex(args, isStream)])
      return promise
    }
  return [
    wrapFunction(events, 'once', once),
    wrapFunction(streams, 'finished', ofStream),
    wrapFunction(streams, 'pipeline', ofStream),
  ]
}

const { isPrototypeOf: hasPrototype } = Object.prototype
const streamPrototype = Stream.prototype as object

function isStream(value: unknown): boolean {
  return !isProxy(value) && apply(hasPrototype, streamPrototype, [value as object])
}
