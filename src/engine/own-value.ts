import { types } from 'node:util'

/** The value of an own data property; undefined where there is none, or only code of the program's could tell. */
export function ownValue(object: unknown, key: PropertyKey): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null || types.isProxy(object)) {
    return undefined
  }
  return Object.getOwnPropertyDescriptor(object, key)?.value
}
