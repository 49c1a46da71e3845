import { types } from 'node:util'
import { enterCombinator, leaveCombinator } from '../record/recorder.js'
import { beginMembers, endMembers } from '../record/waits.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

const COMBINATORS = ['all', 'allSettled', 'any', 'race'] as const

const arrayValues = Array.prototype[Symbol.iterator]
const ArrayIteratorPrototype = Object.getPrototypeOf([][Symbol.iterator]()) as { next: unknown }
const arrayNext = ArrayIteratorPrototype.next
const setValues = Set.prototype[Symbol.iterator]
const eachOfSet = Set.prototype.forEach
const SetIteratorPrototype = Object.getPrototypeOf(new Set()[Symbol.iterator]()) as { next: unknown }
const setNext = SetIteratorPrototype.next

/**
 * A combinator calls `.then` on each member. None of the program's code runs in what those calls derive,
 * so they need no record: ten captures of a `Promise.all` of ten. Only a plain array or set of the realm's own
 * promises (or of plain values) is treated so: anything else may run the program's code in between.
 */
export function patchCombinators(isOn: () => boolean): Undo[] {
  const PromiseOfRealm = Promise
  return COMBINATORS.map((name) =>
    wrapFunction(PromiseOfRealm, name, (original: AnyFunction): AnyFunction => {
      const wrapper = {
        [name](this: unknown, members: unknown) {
          if (this !== PromiseOfRealm || !isOn() || !isPlain(members)) return Reflect.apply(original, this, [members])
          enterCombinator()
          beginMembers()
          let result: object | null = null
          try {
            result = Reflect.apply(original, this, [members]) as object
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

function isPlain(members: unknown): boolean {
  if (isPlainSet(members)) {
    let isEachPlain = true
    Reflect.apply(eachOfSet, members, [
      (member: unknown) => {
        isEachPlain &&= isPlainMember(member)
      },
    ])
    return isEachPlain
  }
  if (!Array.isArray(members) || members[Symbol.iterator] !== arrayValues) return false
  if (ArrayIteratorPrototype.next !== arrayNext) return false
  for (let i = 0; i < members.length; i++) if (!isPlainMember(members[i])) return false
  return true
}

function isPlainSet(members: unknown): boolean {
  return (
    types.isSet(members) &&
    Object.getPrototypeOf(members) === Set.prototype &&
    !Object.hasOwn(members as object, Symbol.iterator) &&
    Set.prototype[Symbol.iterator] === setValues &&
    SetIteratorPrototype.next === setNext
  )
}

function isPlainMember(member: unknown): boolean {
  if (typeof member !== 'object' || member === null) return typeof member !== 'function'
  return Object.getPrototypeOf(member) === Promise.prototype && !Object.hasOwn(member, 'then')
}
