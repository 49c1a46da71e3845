import { listenToResources, type ResourceListener } from '../engine/resource-events.js'
import { countFault, recordContinuation, recordCreation } from '../record/recorder.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

/** Set while the program itself calls `process.nextTick` or `queueMicrotask`. */
let scheduling = false

/** Recorded by the timers' own patch. */
const PATCHED = new Set(['Timeout', 'Immediate'])

/** What Node's own code and the program hand to the event loop, as Node announces it. */
export function patchNativeCallbacks(isOn: () => boolean): Undo[] {
  const stop = listenToResources(onResource)
  return [
    stop,
    wrapFunction(process, 'nextTick', (original) => scheduler(original, isOn)),
    wrapFunction(globalThis, 'queueMicrotask', (original) => scheduler(original, isOn)),
  ]
}

const onResource: ResourceListener = (type, resource) => {
  if (PATCHED.has(type)) return
  try {
    if (type === 'TickObject') {
      if (scheduling) recordCreation(resource, 'nextTick')
      else recordContinuation(resource)
    } else recordCreation(resource, type === 'Microtask' ? 'microtask' : 'callback')
  } catch (error) {
    countFault(error)
  }
}

function scheduler(original: AnyFunction, isOn: () => boolean): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    if (!isOn()) return Reflect.apply(original, this, args)
    const before = scheduling
    scheduling = true
    try {
      return Reflect.apply(original, this, args)
    } finally {
      scheduling = before
    }
  }
}
