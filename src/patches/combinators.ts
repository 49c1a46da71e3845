import { enterCombinator, leaveCombinator } from '../record/recorder.js'
import { beginMembers, endMembers } from '../record/waits.js'
import { type AnyFunction, type Undo, wrapFunction } from './patch.js'

const COMBINATORS = ['all', 'allSettled', 'any', 'race'] as const

const arrayValues = Array.prototype[Symbol.iterator]
const ArrayIteratorPrototype = Object.getPrototypeOf([][Symbol.iterator]()) as { next: unknown }
const arrayNext = ArrayIteratorPrototype.next

/**
 * A combinator calls `.then` on each member. None of the program's code runs in what those calls derive,
 * so they need no record: ten captures of a `Promise.all` of ten. Only a plain array of the realm's own
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
  if (!Array.isArray(members) || members[Symbol.iterator] !== arrayValues) return false
  if (ArrayIteratorPrototype.next !== arrayNext) return false
  for (let i = 0; i < members.length; i++) {
    const member: unknown = members[i]
    if (typeof member !== 'object' || member === null) {
      if (typeof member === 'function') return false
    } else if (Object.getPrototypeOf(member) !== Promise.prototype || Object.hasOwn(member, 'then')) return false
  }
  return true
}
