import { promiseHooks } from 'node:v8'
import { defineProperty, getOwnPropertyDescriptor, PromiseOfRealm } from './primordials.js'
import { addSpeciesGetter, type RealmEvents, watchRealms } from './realms.js'
import { addSecondReaction, speciesInstead } from './second-reaction.js'

/** V8's promise events. Handlers must not throw and must not use promises. */
export interface PromiseEvents {
  readonly init: (promise: object, parent: object | undefined) => void
  readonly before: (promise: object) => void
  readonly after: (promise: object) => void
  readonly settled: (promise: object) => void
  /** `Promise[Symbol.species]` was read: `.then` reads it, an await does not (Node 20 to 26). */
  readonly species: () => void
  /** The combinators of another realm. */
  readonly combinators: RealmEvents['combinators']
}

/** Listens until the returned function is called. Source: nodejs.org/api/v8.html#promise-hooks */
export function listenToPromises(events: PromiseEvents): () => void {
  const unwatchRealms = watchRealms(events)
  const restoreSpecies = watchSpecies(events.species)
  const stop = promiseHooks.createHook({
    init: events.init as never,
    before: events.before as never,
    after: events.after as never,
    settled: events.settled as never,
  }) as () => void
  return () => {
    stop()
    restoreSpecies()
    unwatchRealms()
  }
}

/** The getter in place of `Promise[Symbol.species]`; null while nobody listens. */
let watching: unknown = null

/**
 * V8's walk from a promise to what waits for it ends at this one from now on (`second-reaction.ts`).
 *
 * @param promise that somebody has called `.then` of.
 * @returns false where that cannot be had.
 */
export function endWalkAt(promise: object): boolean {
  return watching !== null && addSecondReaction(promise, watching)
}

function watchSpecies(read: () => void): () => void {
  const before = getOwnPropertyDescriptor(PromiseOfRealm, Symbol.species)
  if (before?.configurable !== true || before.get === undefined) return () => {}
  const getter = {
    get [Symbol.species](): unknown {
      if (speciesInstead !== null) return speciesInstead
      try {
        read()
      } catch {
        // Only a full stack throws here; what the program does next will meet it.
      }
      return this
    },
  }
  const get = getOwnPropertyDescriptor(getter, Symbol.species)?.get
  defineProperty(PromiseOfRealm, Symbol.species, { ...before, get: get as () => unknown })
  watching = get
  addSpeciesGetter(get as () => unknown)
  return () => {
    watching = null
    if (getOwnPropertyDescriptor(PromiseOfRealm, Symbol.species)?.get === get) {
      defineProperty(PromiseOfRealm, Symbol.species, before)
    }
  }
}
