/**
 * JavaScript's builtins as they were when the tracer was loaded (Node's own code calls them primordials). A program may
 * replace any of them later: to count calls, to fake one in a test, to forbid it in a sandbox. Code that runs while the
 * program runs takes them from here, so that no replacement is called by us. It also avoids what calls a builtin without
 * naming it: spreading or destructuring an array, `for … of` over one, and regular expressions' `test`. For arrays there
 * is `lists.ts`.
 */
const { bind, call } = Function.prototype

/** Turns a method into a function that takes the receiver first. */
const uncurry = bind.bind(call) as unknown as <This, Args extends readonly unknown[], Result>(
  method: (this: This, ...args: Args) => Result,
) => (receiver: This, ...args: Args) => Result

/** Turns a getter into a function of the object; null if there is none. */
export function uncurryGetter<Result>(
  get: ((this: object) => Result) | undefined,
): ((object: object) => Result) | null {
  return get === undefined ? null : uncurry<object, [], Result>(get)
}

export const { apply, construct, deleteProperty, get: getProperty, has, ownKeys, set: setProperty } = Reflect
export const {
  create,
  defineProperties,
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getOwnPropertyDescriptors,
  getOwnPropertySymbols,
  getPrototypeOf,
  hasOwn,
  isExtensible,
  keys,
  setPrototypeOf,
} = Object
export const { isArray } = Array
export const { isView } = ArrayBuffer
export const { abs, ceil, imul, max, min, random, trunc } = Math
export const { parse: parseJson, stringify } = JSON
export const { add: atomicAdd, compareExchange, load: atomicLoad, store: atomicStore, wait: atomicWait } = Atomics
export const { isFinite: isFiniteNumber, isInteger } = Number

export const charCodeAt = uncurry<string, [at: number], number>(String.prototype.charCodeAt)
export const endsWith = uncurry<string, [end: string], boolean>(String.prototype.endsWith)
export const includesText = uncurry<string, [text: string], boolean>(String.prototype.includes)
export const lastIndexOfText = uncurry<string, [text: string], number>(String.prototype.lastIndexOf)
export const sliceText = uncurry<string, [start: number, end?: number], string>(String.prototype.slice)
export const indexOfText = uncurry<string, [text: string, from?: number], number>(String.prototype.indexOf)
/** At a text, not at a pattern: that would be asked for its `Symbol.split`. */
export const splitAt = uncurry<string, [text: string], string[]>(String.prototype.split as never)
export const startsWith = uncurry<string, [start: string], boolean>(String.prototype.startsWith)
export const trimText = uncurry<string, [], string>(String.prototype.trim)
export const trimEnd = uncurry<string, [], string>(String.prototype.trimEnd)
export const exec = uncurry<RegExp, [text: string], RegExpExecArray | null>(RegExp.prototype.exec)
export const sourceOf = uncurry<object, [], string>(Function.prototype.toString)

type See = (value: unknown, key: unknown) => void
export const mapForEach = uncurry<ReadonlyMap<unknown, unknown>, [see: See], void>(Map.prototype.forEach)
export const setForEach = uncurry<ReadonlySet<unknown>, [see: See], void>(Set.prototype.forEach)

export function test(pattern: RegExp, text: string): boolean {
  return exec(pattern, text) !== null
}

const derefAny = uncurry<WeakRef<object>, [], object | undefined>(WeakRef.prototype.deref)
export const deref = derefAny as <T extends object>(ref: WeakRef<T>) => T | undefined
/** Of a Buffer too: `length` is a getter of its prototype's. */
export const lengthOfBytes = uncurryGetter<number>(
  getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), 'length')?.get,
) as (bytes: Uint8Array) => number
/** `new` reads a constructor's name where it stands: these names are ours. */
export const ArrayOfRealm = Array
export const WeakRefOfRealm = WeakRef
export const ErrorOfRealm = Error
export const PromiseOfRealm = Promise
export const ProxyOfRealm = Proxy
export const Int32ArrayOfRealm = Int32Array
export const SharedArrayBufferOfRealm = SharedArrayBuffer
export const Uint8ArrayOfRealm = Uint8Array

/** A subclass's methods are its own: what is put on the builtin's prototype later does not reach it. */
function ownMethods(own: object, inherited: object): void {
  const names = ownKeys(inherited)
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as PropertyKey
    if (hasOwn(own, name)) continue
    defineProperty(own, name, getOwnPropertyDescriptor(inherited, name) as PropertyDescriptor)
  }
}

/** To be gone through by `forEach`: the iterators of maps and sets have no methods of their own. */
export class OwnMap<K, V> extends Map<K, V> {
  // biome-ignore lint/complexity/noUselessConstructor: the default one spreads its arguments.
  constructor() {
    super()
  }
}
ownMethods(OwnMap.prototype, Map.prototype)

const nextOf = uncurry<Iterator<unknown>, [], IteratorResult<unknown>>(
  (getPrototypeOf(new Map().keys()) as Iterator<unknown>).next,
)

/** @returns undefined where the map is empty. */
export function firstKey<K>(map: OwnMap<K, unknown>): K | undefined {
  return nextOf(map.keys()).value as K | undefined
}

export class OwnSet<T> extends Set<T> {
  // biome-ignore lint/complexity/noUselessConstructor: the default one spreads its arguments.
  constructor() {
    super()
  }
}
ownMethods(OwnSet.prototype, Set.prototype)

export class OwnWeakMap<K extends object, V> extends WeakMap<K, V> {
  // biome-ignore lint/complexity/noUselessConstructor: the default one spreads its arguments.
  constructor() {
    super()
  }
}
ownMethods(OwnWeakMap.prototype, WeakMap.prototype)

export class OwnWeakSet<T extends object> extends WeakSet<T> {
  // biome-ignore lint/complexity/noUselessConstructor: the default one spreads its arguments.
  constructor() {
    super()
  }
}
ownMethods(OwnWeakSet.prototype, WeakSet.prototype)

export class OwnFinalizationRegistry<T> extends FinalizationRegistry<T> {}
ownMethods(OwnFinalizationRegistry.prototype, FinalizationRegistry.prototype)

/** @returns a set of these. */
export function setOf<T>(items: readonly T[]): OwnSet<T> {
  const set = new OwnSet<T>()
  for (let i = 0; i < items.length; i++) set.add(items[i] as T)
  return set
}
