import { syncBuiltinESMExports } from 'node:module'
import shimmer from 'shimmer'
import {
  defineProperty,
  getOwnPropertyDescriptor,
  getProperty,
  getPrototypeOf,
  ownKeys,
  ProxyOfRealm,
  setPrototypeOf,
} from '../engine/primordials.js'

/** Puts a property back as it was. */
export type Undo = () => void

// biome-ignore lint/suspicious/noExplicitAny: a wrapper takes what the wrapped function takes.
export type AnyFunction = (this: any, ...args: any[]) => any

// biome-ignore lint/suspicious/noExplicitAny: a proxy takes what the constructor takes.
export type AnyConstructor = new (...args: any[]) => any

/**
 * Wraps one function of an object. The wrapper gets the original's own properties (name, length,
 * `util.promisify.custom`, …). What cannot be wrapped (frozen, missing) stays as it is.
 *
 * @returns the undo: the exact descriptor returns, unless somebody has wrapped above us; then the wrapper
 *   stays below theirs and only passes calls on (`isOn` is false by then).
 */
export function wrapFunction(target: object, property: string, wrap: (original: AnyFunction) => AnyFunction): Undo {
  const before = getOwnPropertyDescriptor(target, property)
  if (before === undefined || before.configurable !== true || typeof before.value !== 'function') return () => {}
  const original = before.value as AnyFunction
  shimmer.wrap(target as Record<string, AnyFunction>, property, () => likeOriginal(wrap(original), original))
  const wrapped: unknown = getProperty(target, property)
  return () => {
    if (getOwnPropertyDescriptor(target, property)?.value !== wrapped) return
    shimmer.unwrap(target as Record<string, AnyFunction>, property)
    defineProperty(target, property, before)
  }
}

/**
 * The same for a function of an object that the program has made: it may have replaced builtins by then, and those are what
 * shimmer calls.
 */
export function wrapLate(target: object, property: string, wrap: (original: AnyFunction) => AnyFunction): Undo {
  const before = getOwnPropertyDescriptor(target, property)
  if (before === undefined || before.configurable !== true || typeof before.value !== 'function') return () => {}
  const wrapped = likeOriginal(wrap(before.value as AnyFunction), before.value as AnyFunction)
  defineProperty(target, property, { ...before, value: wrapped })
  return () => {
    if (getOwnPropertyDescriptor(target, property)?.value === wrapped) defineProperty(target, property, before)
  }
}

/** Named ESM imports of built-in modules follow a patch only after this. */
export function publishToESM(): void {
  syncBuiltinESMExports()
}

/** A wrapper gets the own properties of what it wraps. */
export function likeOriginal(wrapper: AnyFunction, original: AnyFunction): AnyFunction {
  const keys = ownKeys(original)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as PropertyKey
    const descriptor = getOwnPropertyDescriptor(original, key)
    if (descriptor !== undefined) defineProperty(wrapper, key, descriptor)
  }
  const prototype = getPrototypeOf(original)
  // That of an async function has another constructor.
  if (prototype !== getPrototypeOf(wrapper)) setPrototypeOf(wrapper, prototype)
  return wrapper
}

/**
 * Puts a proxy in place of a constructor, under each name that it has, so that `instanceof`, subclasses and
 * `object.constructor` go on as before.
 *
 * @returns the undo: as that of `wrapFunction`.
 */
export function replaceConstructor(
  original: AnyConstructor,
  names: readonly (readonly [target: object, property: string])[],
  handler: ProxyHandler<AnyConstructor>,
): Undo {
  const proxy = new ProxyOfRealm(original, handler)
  const places = [...names, [original.prototype as object, 'constructor'] as const]
  const undos = places.map(([target, property]) => {
    const before = getOwnPropertyDescriptor(target, property)
    if (before?.configurable !== true || getProperty(target, property) !== original) return () => {}
    // Node 20 has accessors for some globals.
    defineProperty(
      target,
      property,
      before.get === undefined ? { ...before, value: proxy } : { ...before, get: () => proxy },
    )
    return () => {
      if (getProperty(target, property) === proxy) defineProperty(target, property, before)
    }
  })
  return () => {
    for (const undo of undos) undo()
  }
}
