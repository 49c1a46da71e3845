import { isProxy } from '../engine/node-primordials.js'
import { ownValue } from '../engine/own-value.js'
import { getOwnPropertyDescriptor, getPrototypeOf, OwnWeakMap } from '../engine/primordials.js'
import { runBound } from './bound-call.js'
import type { Origin } from './origin.js'
import { recordPresent } from './resources.js'

type AnyFunction = (...args: never[]) => unknown

/** The methods that a client of PostgreSQL calls on a query when something arrives for it. */
export const ANSWERS = [
  'handleRowDescription',
  'handleDataRow',
  'handlePortalSuspended',
  'handleEmptyQuery',
  'handleCommandComplete',
  'handleReadyForQuery',
  'handleError',
]

/**
 * A client of PostgreSQL calls methods of a query out of an event of its connection, and they call listeners and callbacks of
 * the program. What they do goes on at the call of `query()`. That includes the tick in which `pg` throws what a callback has
 * thrown.
 */
export class AnsweredQueries {
  /** By query, and by the callback that was stored for one. */
  readonly #origins = new OwnWeakMap<object, Origin>()

  /** The present code gives a client a query: a text, or an object that the program keeps and listens to. */
  onQuery(query: unknown): void {
    if (!isSubmittable(query) || this.#origins.has(query)) return
    const origin = recordPresent('callback')
    if (origin !== null) this.#origins.set(query, origin)
  }

  onCallback(stored: object, origin: Origin): void {
    this.#origins.set(stored, origin)
  }

  /** Runs a method of a query. */
  run(query: unknown, method: AnyFunction, args: unknown[]): unknown {
    return runBound(this.#originOf(query), method, query, args)
  }

  #originOf(query: unknown): Origin | null {
    if (typeof query !== 'object' || query === null) return null
    const callback = ownValue(query, 'callback')
    const ofQuery = this.#origins.get(query)
    return ofQuery ?? (typeof callback === 'function' ? this.#origins.get(callback) : undefined) ?? null
  }
}

/** No getter of the program is called. */
function isSubmittable(query: unknown): query is object {
  if (typeof query !== 'object' || query === null) return false
  for (let each: object | null = query; each !== null && !isProxy(each); each = getPrototypeOf(each) as object | null) {
    const submit = getOwnPropertyDescriptor(each, 'submit')
    if (submit !== undefined) return typeof submit.value === 'function'
  }
  return false
}
