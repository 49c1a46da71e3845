import { syncBuiltinESMExports } from 'node:module'
import shimmer from 'shimmer'

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
  const before = Object.getOwnPropertyDescriptor(target, property)
  if (before === undefined || before.configurable !== true || typeof before.value !== 'function') return () => {}
  const original = before.value as AnyFunction
  shimmer.wrap(target as Record<string, AnyFunction>, property, () => likeOriginal(wrap(original), original))
  const wrapped: unknown = Reflect.get(target, property)
  return () => {
    if (Object.getOwnPropertyDescriptor(target, property)?.value !== wrapped) return
    shimmer.unwrap(target as Record<string, AnyFunction>, property)
    Object.defineProperty(target, property, before)
  }
}

/** Named ESM imports of built-in modules follow a patch only after this. */
export function publishToESM(): void {
  syncBuiltinESMExports()
}

function likeOriginal(wrapper: AnyFunction, original: AnyFunction): AnyFunction {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key)
    if (descriptor === undefined || (key === 'prototype' && !Object.hasOwn(wrapper, 'prototype'))) continue
    Object.defineProperty(wrapper, key, descriptor)
  }
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
  const proxy = new Proxy(original, handler)
  const places = [...names, [original.prototype as object, 'constructor'] as const]
  const undos = places.map(([target, property]) => {
    const before = Object.getOwnPropertyDescriptor(target, property)
    if (before?.configurable !== true || Reflect.get(target, property) !== original) return () => {}
    // Node 20 has accessors for some globals.
    Object.defineProperty(
      target,
      property,
      before.get === undefined ? { ...before, value: proxy } : { ...before, get: () => proxy },
    )
    return () => {
      if (Reflect.get(target, property) === proxy) Object.defineProperty(target, property, before)
    }
  })
  return () => {
    for (const undo of undos) undo()
  }
}
