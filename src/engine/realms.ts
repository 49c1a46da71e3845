import { OWN_NAME } from '../model/own-name.js'
import { filter } from './lists.js'
import { type AskedRealm, liveObjectsOfRealms, type RealmObjects } from './live-objects.js'
import { isProxy } from './node-primordials.js'
import {
  apply,
  defineProperty,
  deref,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  OwnWeakSet,
  PromiseOfRealm,
  sourceOf,
  WeakRefOfRealm,
} from './primordials.js'
import { now } from './real-clock.js'
import { ReturnedObject } from './returned-object.js'

/**
 * Realms besides our own: contexts of `vm`, and so every test file of jest. Each has a `Promise` of its own, and an
 * `await` or `.then` of its code is announced like any other. What the tracer puts on the main realm's `Promise` (the
 * getter of `Symbol.species`, the combinators) it puts on theirs as well, as soon as V8 announces a first promise of
 * the realm: contexts made by whatever means and at whatever time are met so. Functions that are put there are of that
 * realm: code that runs in a context must not get hold of the main realm through us.
 */
const { species } = Symbol
export const COMBINATORS = ['all', 'allSettled', 'any', 'race'] as const

export type CombinatorName = (typeof COMBINATORS)[number]

/** Objects of one realm that its native code uses, however the program has changed its globals. */
export interface Realm {
  readonly promise: PromiseConstructor
  readonly prototype: object
  readonly array: object
  readonly set: object | null
}

/** What is to be told of a realm. No method may throw or return an object of ours that the realm can keep. */
export interface RealmEvents {
  readonly species: () => void
  /** @returns what `endCombinator` takes, for each call of a combinator of that realm. */
  readonly combinators: (realm: Realm) => CombinatorEvents<unknown>
}

export interface CombinatorEvents<Began> {
  begin(name: CombinatorName, self: unknown, members: unknown): Began | null
  end(began: Began | null, result: unknown): void
}

/** With a counter, no two texts of this process are the same, also if the tracer is loaded twice. */
const LOADED_MS = now()
let sources = 0

/**
 * Runs in the other realm. No function of ours may escape: neither as a value nor in an exception. The text differs for
 * each realm: V8 compiles equal texts once, and then says that all of them were compiled in the first realm.
 */
const sourceOfOwn = () => `// ${LOADED_MS} ${sources++}
${SOURCE}`
const SOURCE = `'use strict'
const nothing = null
return {
  array: getPrototypeOf([]),
  hand: (objects) => { receive(objects) },
  getter: { get [species]() { try { read() } catch {} return this } },
  wrap: (name, original, begin, end) => ({
    [name](members) {
      let began = nothing
      let result = nothing
      try { began = begin(name, this, members) } catch {}
      try { return result = apply(original, this, [members]) } finally { try { end(began, result) } catch {} }
    },
  })[name],
}
//# sourceURL=${OWN_NAME}`

/** What the source returns. */
interface Made {
  readonly array: object
  readonly hand: object
  readonly getter: object
  wrap(
    name: string,
    original: unknown,
    begin: CombinatorEvents<unknown>['begin'],
    end: CombinatorEvents<unknown>['end'],
  ): unknown
}

let events: RealmEvents | null = null
/** The getters that tell us of a `.then`. */
let getters = new OwnWeakSet<object>()
/** All realms that were met. Weak: a context may go while tracing is on. */
let met: WeakRef<WatchedRealm>[] = []

/** On a prototype of promises that is not our realm's own: the realm whose `Promise.prototype` it is, or null. */
class RealmStamp extends ReturnedObject {
  #realm: WatchedRealm | null

  constructor(prototype: object, realm: WatchedRealm | null) {
    super(prototype)
    this.#realm = realm
  }

  /** @returns undefined where it was not looked at yet. */
  static get(prototype: object): WatchedRealm | null | undefined {
    return #realm in prototype ? (prototype as RealmStamp).#realm : undefined
  }
}

/** Begins to watch every realm that is met, until the returned function is called. */
export function watchRealms(listener: RealmEvents): () => void {
  events = listener
  return () => {
    events = null
    for (let i = 0; i < met.length; i++) deref(met[i] as WeakRef<WatchedRealm>)?.unwatch()
    met = []
    getters = new OwnWeakSet()
  }
}

/** The getter of the main realm. */
export function addSpeciesGetter(getter: object): void {
  getters.add(getter)
}

/**
 * Whether we hear of every `.then` of such promises. Looks without running code of the program's. A realm that is met
 * for the first time is watched from now on: what has just been announced was not heard.
 */
export function isThenHeard(promise: object): boolean {
  const prototype = getPrototypeOf(promise) as object | null
  if (prototype === PromiseOfRealm.prototype) return true
  if (prototype === null || isProxy(prototype)) return false
  const realm = meet(prototype)
  if (realm === null) return isSpeciesHeard(promise)
  if (realm.isWatched) return true
  realm.watch()
  return false
}

/** Whether a promise is one of a realm that is watched, and of no subclass. */
export function isOfKnownRealm(promise: object): boolean {
  const prototype = getPrototypeOf(promise) as object | null
  if (prototype === PromiseOfRealm.prototype) return true
  return prototype !== null && RealmStamp.get(prototype)?.isWatched === true
}

/** The live promises of every other realm that has been met, after a full collection. */
export function promisesOfOtherRealms(): RealmObjects {
  const realms: WatchedRealm[] = []
  let unread = 0
  for (let i = 0; i < met.length; i++) {
    const realm = deref(met[i] as WeakRef<WatchedRealm>)
    if (realm?.isWatched === true) realms[realms.length] = realm
    else if (realm !== undefined) unread++
  }
  const found = liveObjectsOfRealms(realms)
  return { objects: found.objects, unread: found.unread + unread }
}

function meet(prototype: object): WatchedRealm | null {
  let realm = RealmStamp.get(prototype)
  if (realm === undefined) {
    realm = realmOf(prototype)
    new RealmStamp(prototype, realm)
  }
  return realm
}

function realmOf(prototype: object): WatchedRealm | null {
  const promise = getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown
  if (!isNative(promise, 'Promise') || getOwnPropertyDescriptor(promise, 'prototype')?.value !== prototype) return null
  return new WatchedRealm(promise as PromiseConstructor, prototype)
}

function isNative(value: unknown, name: string): value is object {
  return typeof value === 'function' && !isProxy(value) && sourceOf(value) === `function ${name}() { [native code] }`
}

/** Whether a subclass leaves the species to the `Promise` that it derives from, whose getter is ours. */
function isSpeciesHeard(promise: object): boolean {
  const subclass = lookUp(promise, 'constructor')?.value as unknown
  if (typeof subclass !== 'function') return false
  const get = lookUp(subclass, species)?.get
  return get !== undefined && getters.has(get)
}

/** A property's descriptor, own or inherited; undefined also where a proxy would have to be asked. */
export function lookUp(object: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let at: object | null = object; at !== null && !isProxy(at); at = getPrototypeOf(at) as object | null) {
    const descriptor = getOwnPropertyDescriptor(at, key)
    if (descriptor !== undefined) return descriptor
  }
  return undefined
}

class WatchedRealm implements Realm, AskedRealm {
  readonly promise: PromiseConstructor
  readonly prototype: object
  array: object = Array.prototype
  set: object | null = null
  isWatched = false
  hand: object = PromiseOfRealm
  taken: unknown = null
  #couldNot = false
  #undo: (() => void)[] = []

  constructor(promise: PromiseConstructor, prototype: object) {
    this.promise = promise
    this.prototype = prototype
  }

  watch(): void {
    if (events === null || this.#couldNot) return
    this.#couldNot = true
    met = filter(met, (realm) => deref(realm) !== undefined)
    met[met.length] = new WeakRefOfRealm(this)
    const made = this.#make(events.species)
    const getter = made === null ? null : this.#replaceSpecies(made)
    if (made === null || getter === null) return
    this.array = made.array
    this.hand = made.hand
    getters.add(getter)
    const { begin, end } = events.combinators(this)
    for (let i = 0; i < COMBINATORS.length; i++) {
      const name = COMBINATORS[i] as CombinatorName
      this.#wrap(name, (original) => made.wrap(name, original, begin, end))
    }
    this.isWatched = true
    this.#couldNot = false
  }

  unwatch(): void {
    for (let i = this.#undo.length - 1; i >= 0; i--) this.#undo[i]?.()
    this.#undo = []
    this.isWatched = false
  }

  /** Null where the realm may not compile text, or has changed its `Function`. */
  #make(read: () => void): Made | null {
    const functions = getPrototypeOf(this.promise) as object | null
    if (functions === null || isProxy(functions)) return null
    const compile = getOwnPropertyDescriptor(functions, 'constructor')?.value as unknown
    if (!isNative(compile, 'Function')) return null
    try {
      const names = ['read', 'receive', 'species', 'apply', 'getPrototypeOf']
      const receive = (objects: unknown) => {
        this.taken = objects
      }
      const make = apply(compile as () => unknown, undefined, [...names, sourceOfOwn()]) as (...args: unknown[]) => Made
      return apply(make, undefined, [read, receive, species, apply, getPrototypeOf])
    } catch {
      return null
    }
  }

  #replaceSpecies(made: Made): object | null {
    const { promise } = this
    const before = getOwnPropertyDescriptor(promise, species)
    const get = getOwnPropertyDescriptor(made.getter, species)?.get
    if (before?.configurable !== true || !isNativeGetter(before.get) || get === undefined) return null
    defineProperty(promise, species, { ...before, get })
    this.#undo[this.#undo.length] = () => {
      if (getOwnPropertyDescriptor(promise, species)?.get === get) defineProperty(promise, species, before)
    }
    return get
  }

  #wrap(name: CombinatorName, wrap: (original: unknown) => unknown): void {
    const { promise } = this
    const before = getOwnPropertyDescriptor(promise, name)
    if (before?.configurable !== true || !isNative(before.value, name)) return
    const value = wrap(before.value)
    defineProperty(promise, name, { ...before, value })
    this.#undo[this.#undo.length] = () => {
      if (getOwnPropertyDescriptor(promise, name)?.value === value) defineProperty(promise, name, before)
    }
  }
}

function isNativeGetter(get: unknown): boolean {
  return typeof get === 'function' && isNative(get, 'get [Symbol.species]')
}
