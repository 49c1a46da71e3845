import { every, map } from '../engine/lists.js'
import { isPromise, isProxy, isSet } from '../engine/node-primordials.js'
import {
  apply,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isArray,
  max,
  PromiseOfRealm,
  setForEach,
  sourceOf,
} from '../engine/primordials.js'
import {
  COMBINATORS,
  type CombinatorEvents,
  type CombinatorName,
  isOfKnownRealm,
  lookUp,
  type Realm,
} from '../engine/realms.js'
import { combinator, noteCombinator } from '../record/combinator.js'
import { countFault } from '../record/faults.js'
import { isNotFollowed } from '../record/present.js'
import { recordPresent } from '../record/resources.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

const { iterator } = Symbol
const NATIVE_VALUES = 'function values() { [native code] }'
const NATIVE_THEN = 'function then() { [native code] }'

/** A call of a combinator that has begun. */
interface Began {
  readonly name: CombinatorName
  /** Else nothing but the result is known. */
  readonly areMembersRecorded: boolean
}

const RECORDED = callsOf(true)
const PASSED = callsOf(false)

function callsOf(areMembersRecorded: boolean): Record<CombinatorName, Began> {
  const calls = COMBINATORS.map((name) => [name, { name, areMembersRecorded }])
  return Object.fromEntries(calls) as Record<CombinatorName, Began>
}

/**
 * A combinator calls `.then` on each member. No code of the program's runs within the combinator if it gets a plain
 * array or set of which each member's `then` can be told without asking the member: then the members are recorded and
 * those calls of `.then` are not (ten captures of a `Promise.all` of ten). Anything else may run the program's code in
 * between.
 */
export function patchCombinators(isOn: () => boolean): Undo[] {
  const events = combinatorsOf(isOn, { promise: PromiseOfRealm, prototype: PromiseOfRealm.prototype, ...OWN })
  return COMBINATORS.map((name) =>
    wrapFunction(PromiseOfRealm, name, (original: AnyFunction): AnyFunction => {
      const wrapper = {
        [name](this: unknown, members: unknown) {
          const began = events.begin(name, this, members)
          if (began === null) return apply(original, this, [members])
          let result: unknown = null
          try {
            result = apply(original, this, [members])
            return result
          } finally {
            events.end(began, result)
          }
        },
      }
      return wrapper[name] as AnyFunction
    }),
  )
}

const OWN = { array: Array.prototype, set: Set.prototype }

/** What is recorded of the combinators of one realm. */
export function combinatorsOf(isOn: () => boolean, realm: Realm): CombinatorEvents<Began> {
  const { promise } = realm
  /** What the engine calls between two members, if the program has not put something else in its place. */
  const ofPromises = intact([promise, 'resolve'], [realm.prototype, 'then'])
  const ofArrays = iterationOf(realm.array, [])
  const ofSets = realm.set === null ? () => false : iterationOf(realm.set, new Set())

  return {
    begin(name: CombinatorName, self: unknown, members: unknown): Began | null {
      try {
        if (!isOn() || isNotFollowed()) return null
        const thens = self === promise ? thensOf(members) : null
        if (thens === null) return PASSED[name]
        // V8 will call the thenables' `then()` in jobs of the promises that wrap them.
        combinator.enter(thens === RUN_CODE ? recordPresent('microtask') : null)
        return RECORDED[name]
      } catch (error) {
        countFault(error)
        return null
      }
    },
    end(began: Began | null, result: unknown): void {
      if (began === null) return
      try {
        const { name, areMembersRecorded } = began
        if (areMembersRecorded) {
          combinator.leave(result as object | null, `Promise.${name}`)
        } else if (name !== 'race') noteCombinator(result)
      } catch (error) {
        countFault(error)
      }
    },
  }

  /** Looks without asking: a getter or a proxy's trap would be the program's code, run once more. */
  function thensOf(members: unknown): number | null {
    if (isProxy(members) || !ofPromises()) return null
    const thens = isArray(members) ? thensOfArray(members) : isSet(members) ? thensOfSet(members) : UNKNOWN
    return thens === UNKNOWN ? null : thens
  }

  function thensOfArray(members: unknown[]): number {
    if (getPrototypeOf(members) !== realm.array || hasOwn(members, iterator) || !ofArrays()) return UNKNOWN
    let thens = NATIVE
    for (let i = 0; i < members.length; i++) {
      const member = getOwnPropertyDescriptor(members, i)
      if (member === undefined || member.get !== undefined) return UNKNOWN
      thens = max(thens, thenOf(member.value))
    }
    return thens
  }

  function thensOfSet(members: Set<unknown>): number {
    if (getPrototypeOf(members) !== realm.set || hasOwn(members, iterator) || !ofSets()) return UNKNOWN
    let thens = NATIVE
    const look = (member: unknown) => {
      thens = max(thens, thenOf(member))
    }
    setForEach(members, look)
    return thens
  }

  function thenOf(member: unknown): number {
    if (typeof member !== 'function' && (typeof member !== 'object' || member === null)) return NATIVE
    const isAPromise = isPromise(member)
    if (isAPromise) {
      const isOwn = getPrototypeOf(member) === realm.prototype
      if (isOwn && !hasOwn(member, 'then') && !hasOwn(member, 'constructor')) return NATIVE
      // It is taken as it is if this is our constructor, and wrapped otherwise.
      const made = lookUp(member, 'constructor')
      if (made === undefined || made.get !== undefined || made.value === promise) return UNKNOWN
    }
    return thenOfObject(member, isAPromise)
  }
}

/** `then` is none or the engine's own; a function of the program's; not to be told without asking. */
const NATIVE = 0
const RUN_CODE = 1
const UNKNOWN = 2

function thenOfObject(object: object, isPromise: boolean): number {
  for (let at: object | null = object; at !== null; at = getPrototypeOf(at) as object | null) {
    if (isProxy(at)) return UNKNOWN
    const then = getOwnPropertyDescriptor(at, 'then')
    if (then === undefined) continue
    if (then.get !== undefined || then.set !== undefined) return UNKNOWN
    if (typeof then.value !== 'function') return NATIVE
    const isNative = isPromise && isOfKnownRealm(object) && !isProxy(then.value)
    return isNative && sourceOf(then.value) === NATIVE_THEN ? NATIVE : RUN_CODE
  }
  return NATIVE
}

/** Whether what iterates over such objects is the engine's own. */
function iterationOf(prototype: object, empty: object): () => boolean {
  const values = getOwnPropertyDescriptor(prototype, iterator)?.value as unknown
  if (typeof values !== 'function' || sourceOf(values) !== NATIVE_VALUES) return () => false
  const iterators = getPrototypeOf(apply(values as () => object, empty, [])) as object
  return intact([prototype, iterator], [iterators, 'next'])
}

/** @returns whether these properties are what they are now. */
function intact(...properties: readonly (readonly [owner: object, key: PropertyKey])[]): () => boolean {
  const known = map(properties, ([owner, key]) => ({ owner, key, value: getOwnPropertyDescriptor(owner, key)?.value }))
  return () => every(known, ({ owner, key, value }) => getOwnPropertyDescriptor(owner, key)?.value === value)
}
