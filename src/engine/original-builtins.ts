import {
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isExtensible,
  ownKeys,
} from './primordials.js'

/**
 * What runs all the time takes builtins from `primordials.ts`. What answers a question (a path, a dump, a text) is much
 * code that uses them by name. A program may have replaced some; so while a question is answered, which is synchronous
 * and runs none of the program's code but getters of options, the builtins are those from when the tracer was loaded. If the program has replaced
 * none, nothing is changed.
 */
interface Builtin {
  readonly owner: object
  readonly key: PropertyKey
  readonly original: PropertyDescriptor
}

interface Replaced {
  readonly builtin: Builtin
  /** Undefined if the program has deleted it. */
  readonly present: PropertyDescriptor | undefined
}

const { setPrototypeOf } = Object

/** What a descriptor lacks must not be inherited from what the program put on `Object.prototype`. */
function descriptorOf(owner: object, key: PropertyKey): PropertyDescriptor | undefined {
  const descriptor = getOwnPropertyDescriptor(owner, key)
  return descriptor === undefined ? undefined : setPrototypeOf(descriptor, null)
}

const CONSTRUCTORS = [Array, BigInt, Date, Map, Number, Object, RegExp, Set, String, Symbol, WeakMap, WeakRef, WeakSet]
const BYTES = [DataView, Float64Array, Int32Array, Uint32Array, Uint8Array]
const ITERATORS = [[], new Map(), new Set(), ''].map(
  (iterable) => getPrototypeOf(iterable[Symbol.iterator]()) as object,
)
/** Replaced by the tracer itself, or of no use to it. */
const LEFT_OUT: readonly PropertyKey[] = ['fromAsync', '__proto__', 'caller', 'arguments', 'prototype']
const OF_DATES: readonly PropertyKey[] = ['now', 'getTime', 'toISOString', 'toJSON', 'valueOf', Symbol.toPrimitive]

function namesOnGlobal(): PropertyKey[] {
  return [...CONSTRUCTORS, ...BYTES]
    .map(({ name }) => name)
    .concat('Error', 'JSON', 'Math', 'Promise', 'Reflect', 'TypeError')
}

function builtinsOf(owner: object, keys: readonly PropertyKey[] = ownKeys(owner)): Builtin[] {
  return keys.flatMap((key) => {
    const original = LEFT_OUT.includes(key) ? undefined : descriptorOf(owner, key)
    if (original === undefined || (original.configurable !== true && original.writable !== true)) return []
    return [{ owner, key, original }]
  })
}

const builtins: readonly Builtin[] = [
  ...builtinsOf(globalThis, namesOnGlobal()),
  ...CONSTRUCTORS.flatMap((of) => [...builtinsOf(of), ...builtinsOf(of.prototype, of === Date ? OF_DATES : undefined)]),
  ...[Function.prototype, JSON, Math, Reflect, getPrototypeOf(Uint8Array), DataView.prototype].flatMap((owner) =>
    builtinsOf(owner as object),
  ),
  ...builtinsOf((getPrototypeOf(Uint8Array) as Uint8ArrayConstructor).prototype),
  ...[...ITERATORS, getPrototypeOf('a'.matchAll(/a/g)), getPrototypeOf(ITERATORS[0] as object)].flatMap((owner) =>
    builtinsOf(owner as object),
  ),
  ...builtinsOf((getPrototypeOf(function* () {}) as GeneratorFunction).prototype),
]

let areOriginal = false

/** @param run must be synchronous, and run no code of the program. */
export function withOriginalBuiltins<T>(run: () => T): T {
  const replaced = areOriginal ? null : findReplaced()
  if (replaced === null) return run()
  areOriginal = true
  try {
    for (let i = 0; i < replaced.length; i++) putOriginal(replaced[i] as Replaced)
    return run()
  } finally {
    for (let i = 0; i < replaced.length; i++) putPresent(replaced[i] as Replaced)
    areOriginal = false
  }
}

function findReplaced(): Replaced[] | null {
  let found: Replaced[] | null = null
  for (let i = 0; i < builtins.length; i++) {
    const builtin = builtins[i] as Builtin
    const { owner, key, original } = builtin
    const present = getOwnPropertyDescriptor(owner, key)
    if (present !== undefined && isSame(present, original)) continue
    // The program has made it constant: it stays.
    if (present === undefined ? !isExtensible(owner) : present.configurable !== true) continue
    if (present !== undefined) setPrototypeOf(present, null)
    found ??= []
    found[found.length] = { builtin, present }
  }
  return found
}

function isSame(present: PropertyDescriptor, original: PropertyDescriptor): boolean {
  if ('value' in original) return hasOwn(present, 'value') && present.value === original.value
  return present.get === original.get && present.set === original.set
}

function putOriginal({ builtin: { owner, key, original } }: Replaced): void {
  defineProperty(owner, key, original)
}

function putPresent({ builtin: { owner, key }, present }: Replaced): void {
  if (present === undefined) deleteProperty(owner, key)
  else defineProperty(owner, key, present)
}
