import { every, map } from '../engine/lists.js'
import { isPromise, isProxy, isSet } from '../engine/node-primordials.js'
import {
  apply,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  isArray,
  PromiseOfRealm,
} from '../engine/primordials.js'
import { isNotFollowed } from '../record/present.js'
import { enterCombinator, leaveCombinator } from '../record/recorder.js'
import { beginMembers, endMembers, noteCombinator } from '../record/waits.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

const COMBINATORS = ['all', 'allSettled', 'any', 'race'] as const

const { iterator } = Symbol
const { prototype: arrayPrototype } = Array
const { prototype: setPrototype } = Set
const { forEach: eachOfSet } = setPrototype
/** What the engine calls between two members, if the program has not put something else in its place. */
const ofPromises = intact([PromiseOfRealm, 'resolve'], [PromiseOfRealm.prototype, 'then'])
const ofArrays = intact([arrayPrototype, iterator], [getPrototypeOf([][Symbol.iterator]()), 'next'])
const ofSets = intact([setPrototype, iterator], [getPrototypeOf(new Set()[Symbol.iterator]()), 'next'])

/**
 * A combinator calls `.then` on each member. None of the program's code runs in what those calls derive,
 * so they need no record: ten captures of a `Promise.all` of ten. Only a plain array or set of the realm's own
 * promises (or of plain values) is treated so: anything else may run the program's code in between.
 */
export function patchCombinators(isOn: () => boolean): Undo[] {
  return COMBINATORS.map((name) =>
    wrapFunction(PromiseOfRealm, name, (original: AnyFunction): AnyFunction => {
      const wrapper = {
        [name](this: unknown, members: unknown) {
          if (!isOn() || isNotFollowed()) return apply(original, this, [members])
          if (this !== PromiseOfRealm || !isPlain(members)) {
            const result = apply(original, this, [members])
            if (name !== 'race') noteCombinator(result)
            return result
          }
          enterCombinator()
          beginMembers()
          let result: object | null = null
          try {
            result = apply(original, this, [members]) as object
            return result
          } finally {
            endMembers(result, `Promise.${name}`)
            leaveCombinator(result)
          }
        },
      }
      return wrapper[name] as AnyFunction
    }),
  )
}

/** Looks without asking: a getter or a proxy's trap would be the program's code, run once more. */
function isPlain(members: unknown): boolean {
  if (isProxy(members) || !ofPromises()) return false
  return isArray(members) ? isPlainArray(members) : isSet(members) && isPlainSet(members)
}

function isPlainArray(members: unknown[]): boolean {
  if (getPrototypeOf(members) !== arrayPrototype || hasOwn(members, iterator) || !ofArrays()) return false
  for (let i = 0; i < members.length; i++) {
    const member = getOwnPropertyDescriptor(members, i)
    if (member === undefined || member.get !== undefined || !isPlainMember(member.value)) return false
  }
  return true
}

function isPlainSet(members: Set<unknown>): boolean {
  if (getPrototypeOf(members) !== setPrototype || hasOwn(members, iterator) || !ofSets()) return false
  let areAllPlain = true
  const look = (member: unknown) => {
    areAllPlain &&= isPlainMember(member)
  }
  apply(eachOfSet, members, [look])
  return areAllPlain
}

function isPlainMember(member: unknown): boolean {
  if (typeof member !== 'object' || member === null) return typeof member !== 'function'
  if (!isPromise(member) || getPrototypeOf(member) !== PromiseOfRealm.prototype) return false
  return !hasOwn(member, 'then') && !hasOwn(member, 'constructor')
}

/** @returns whether these properties are what they are now. */
function intact(...properties: readonly (readonly [owner: object, key: PropertyKey])[]): () => boolean {
  const known = map(properties, ([owner, key]) => ({ owner, key, value: getOwnPropertyDescriptor(owner, key)?.value }))
  return () => every(known, ({ owner, key, value }) => getOwnPropertyDescriptor(owner, key)?.value === value)
}
