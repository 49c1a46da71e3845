import type { HeapGraph } from '../heap/heap-graph.js'
import type { Feed } from '../heap/heap-promises.js'
import { NONE } from '../heap/heap-view.js'
import { ADOPT, MEMBER, THEN, Wait } from '../record/wait.js'
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

/** The tracer's own records hold promises, stacks and timers: nobody's who would settle a promise. */
export function addOwnRecords(heap: HeapGraph, prototypes: ReadonlyMap<number, number>, own: Set<number>): void {
  for (const { node, held } of heap.nodesWith('__proto__')) {
    if (!prototypes.has(held)) continue
    const rare = heap.child(node, 'rare')
    for (const part of [node, rare, heap.child(node, 'error'), heap.child(rare, 'place'), heap.child(rare, 'makers')]) {
      if (part !== NONE) own.add(part)
    }
  }
}

/** What lies between, for `waitOfFeed`. */
export function viaOfFeed({ kind, combinator }: Pick<Feed, 'kind' | 'combinator'>): string | null {
  return kind === 'resolved with' ? null : (combinator ?? kind)
}
