import { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor, getProperty } from '../engine/primordials.js'
import { forgetAborts, noteAbort } from '../record/aborts.js'
import type { Undo } from './patch.js'

const METHOD = 'dispatchEvent'

/**
 * Node dispatches the event of an abort by the signal's method `dispatchEvent` (Node 20 to 26), which it inherits. A getter of
 * that name on `AbortSignal.prototype` runs when a signal is aborted by whatever means, and leaves no frame on the stacks
 * that the listeners see.
 *
 * @param onReason is told of the reason of an abort, before any listener is.
 */
export function watchAborts(isOn: () => boolean, onReason: (reason: object) => void): Undo {
  const { prototype } = AbortSignal as unknown as { prototype: object }
  const inherited = Object.getPrototypeOf(prototype) as object
  const aborted = getOwnPropertyDescriptor(prototype, 'aborted')?.get
  const reason = getOwnPropertyDescriptor(prototype, 'reason')?.get
  if (aborted === undefined || reason === undefined || getOwnPropertyDescriptor(prototype, METHOD) !== undefined) {
    return () => {}
  }
  const note = (signal: object) => {
    try {
      if (isOn() && apply(aborted, signal, []) === true) noteAbort(signal, apply(reason, signal, []), onReason)
    } catch {
      // It is no signal, but inherits from one.
    }
  }
  const get = function (this: object): unknown {
    note(this)
    return getProperty(inherited, METHOD)
  }
  // An assignment makes a property of the object's own, as it does without the getter.
  const set = function (this: object, value: unknown): void {
    defineProperty(this, METHOD, { value, writable: true, enumerable: true, configurable: true })
  }
  defineProperty(prototype, METHOD, { get, set, enumerable: false, configurable: true })
  return () => {
    forgetAborts()
    if (getOwnPropertyDescriptor(prototype, METHOD)?.get === get) deleteProperty(prototype, METHOD)
  }
}
