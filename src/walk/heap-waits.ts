import type { Feed } from '../heap/heap-promises.js'
import { Fate } from '../record/fate.js'
import { CapturedStack, Origin } from '../record/origin.js'
import { ADOPT, Links, MEMBER, THEN, Wait } from '../record/wait.js'
import type { PresentWait } from './present-wait.js'

/** A promise that another one will settle, as the heap tells. @param via null if it was resolved with the other one. */
export function waitOfFeed(via: string | null, on: object, of: object): PresentWait {
  if (via === null) return new Wait(null, on, of, of, ADOPT, true) as PresentWait
  const isThen = via === 'then' || via === 'finally'
  const wait = new Wait(null, on, of, of, isThen ? THEN : MEMBER, true)
  // A combinator, or a function of Node's between. Which of the members it is stands in no heap.
  if (!isThen) wait.addRare().detail = { combinator: via, index: -1, previous: null }
  return wait as PresentWait
}

/** The classes of the tracer's own records, which hold promises, stacks and timers: nobody's who would settle a promise. */
export function recordPrototypes(): object[] {
  return [Wait, Links, Origin, CapturedStack, Fate].map(({ prototype }) => prototype as object)
}

/** What lies between, for `waitOfFeed`. */
export function viaOfFeed({ kind, combinator }: Pick<Feed, 'kind' | 'combinator'>): string | null {
  return kind === 'resolved with' ? null : (combinator ?? kind)
}
