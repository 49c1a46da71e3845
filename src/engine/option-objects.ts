import { isProxy } from './node-primordials.js'
import { create, getOwnPropertyDescriptor, getProperty, getPrototypeOf, has, ProxyOfRealm } from './primordials.js'

export interface Readable {
  readonly value: unknown
}

/** The value of an own property. @returns null if only code of the program could tell. */
export function ownReadable(object: object, property: string): Readable | null {
  if (isProxy(object)) return null
  const descriptor = getOwnPropertyDescriptor(object, property)
  if (descriptor === undefined) return { value: undefined }
  return 'value' in descriptor ? { value: descriptor.value } : null
}

/** The same, also if inherited. */
export function readable(options: unknown, property: string): Readable | null {
  let object: unknown = options
  while ((typeof object === 'object' || typeof object === 'function') && object !== null) {
    if (isProxy(object)) return null
    const descriptor = getOwnPropertyDescriptor(object, property)
    if (descriptor !== undefined) return 'value' in descriptor ? { value: descriptor.value } : null
    object = getPrototypeOf(object)
  }
  return { value: undefined }
}

/**
 * The same options with some properties replaced. Getters of the program still run on its own object, once for each
 * read; the object itself is left as it is, even if it is frozen.
 */
export function withProperties(options: object | undefined, replaced: Readonly<Record<string, unknown>>): object {
  const isReplaced = (key: PropertyKey): boolean => getOwnPropertyDescriptor(replaced, key) !== undefined
  return new ProxyOfRealm(create(null) as object, {
    get: (_, key) =>
      isReplaced(key)
        ? getProperty(replaced, key)
        : options === undefined
          ? undefined
          : (getProperty(options, key) as unknown),
    has: (_, key) => isReplaced(key) || (options !== undefined && has(options, key)),
  })
}
