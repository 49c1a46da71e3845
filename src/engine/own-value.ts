import { isProxy } from './node-primordials.js'
import { getOwnPropertyDescriptor } from './primordials.js'

/** The value of an own data property; undefined where there is none, or only code of the program's could tell. */
export function ownValue(object: unknown, key: PropertyKey): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null || isProxy(object)) {
    return undefined
  }
  return getOwnPropertyDescriptor(object, key)?.value
}
