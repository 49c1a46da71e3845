import { apply, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, PromiseOfRealm } from './primordials.js'

const { then } = PromiseOfRealm.prototype

/** What `Promise[Symbol.species]` is to answer instead; null at all other times. */
export let speciesInstead: unknown = null

const nothing = () => {}
/** Makes no promise, so nobody hears of one. */
function Nothing(executor: (resolve: () => void, reject: () => void) => void): object {
  executor(nothing, nothing)
  return {}
}

/**
 * V8's walk over the promises that derive from one ends at a promise with two reactions (Node 20 to 26). This gives
 * a promise another one, which does nothing: no promise is derived by it, no hook hears of it, no code of the
 * program's runs, now or when the promise settles. It marks the promise as handled: it is for promises that are.
 *
 * @param getter of `Promise[Symbol.species]`, which answers with `speciesInstead`.
 * @returns false where the program has put something of its own in the way.
 */
export function addSecondReaction(promise: object, getter: unknown): boolean {
  if (getPrototypeOf(promise) !== PromiseOfRealm.prototype || hasOwn(promise, 'constructor')) return false
  if (getOwnPropertyDescriptor(PromiseOfRealm.prototype, 'constructor')?.value !== PromiseOfRealm) return false
  if (getOwnPropertyDescriptor(PromiseOfRealm, Symbol.species)?.get !== getter) return false
  speciesInstead = Nothing
  try {
    apply(then, promise, [])
  } finally {
    speciesInstead = null
  }
  return true
}
