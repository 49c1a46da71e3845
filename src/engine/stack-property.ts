import { types } from 'node:util'
import { isProxy } from './node-primordials.js'
import {
  apply,
  defineProperty,
  ErrorOfRealm,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  sourceOf,
} from './primordials.js'

/**
 * V8's property `stack`: a value on Node 20, a getter and setter of V8's own, which differ from realm to realm, on Node 22
 * and later. Both are own, configurable and not enumerable. What the program has put there itself is left alone.
 */
const ownGetter = getOwnPropertyDescriptor(new ErrorOfRealm(), 'stack')?.get
const NATIVE = 'function () { [native code] }'

/** The text of an error's stack, formatted now if it was not before. Null for what is no error, and no text of V8's. */
export function stackOf(error: object): string | null {
  if (!isError(error)) return null
  const { isChangeable, stack } = readStack(error)
  return isChangeable && typeof stack === 'string' ? stack : null
}

/** Reads the stack of an error, but through no getter of the program. */
export function readStack(error: object): { isChangeable: boolean; stack: unknown } {
  const found = getOwnPropertyDescriptor(error, 'stack')
  if (found === undefined) return { isChangeable: false, stack: undefined }
  const isChangeable = found.configurable === true && found.enumerable === false
  const stack: unknown =
    found.get === undefined ? found.value : isV8s(found.get) ? apply(found.get, error, []) : undefined
  return { isChangeable, stack }
}

/** The property stays as it is, but for its value. @returns false where it cannot be set. */
export function setStack(error: object, stack: string): boolean {
  const found = getOwnPropertyDescriptor(error, 'stack')
  if (found === undefined) return false
  if (found.get === undefined) {
    if (found.writable !== true && found.configurable !== true) return false
    defineProperty(error, 'stack', { ...found, value: stack })
  } else {
    if (found.set === undefined) return false
    apply(found.set, error, [stack])
  }
  return stackOf(error) === stack
}

/** Node 20 and 22 make a `DOMException`, such as that of an abort, as a plain object that inherits from `Error`. */
export function isError(value: object): boolean {
  if (types.isNativeError(value)) return true
  for (let each: object | null = value; each !== null; each = getPrototypeOf(each) as object | null) {
    if (isProxy(each)) return false
    if (each === ErrorOfRealm.prototype) return true
  }
  return false
}

function isV8s(get: () => unknown): boolean {
  return get === ownGetter || (ownGetter !== undefined && get.name === '' && sourceOf(get) === NATIVE)
}
