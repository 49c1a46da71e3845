/**
 * A program may keep an error for as long as it likes, and the error keeps its path: a raw stack, which keeps functions and
 * receivers alive. So the stacks of errors that have survived a collection are turned into plain places by the sweep
 * (`sweep.ts`). Most errors are gone by then, and cost no reading.
 *
 * A weak reference made in a promise reaction is a strong one until the queue of microtasks is empty. So the newest
 * failures are held strongly until the sweep lists them; if it does not come in time, the oldest of them is read at once.
 */
import { CollectionWitness } from '../engine/collection-witness.js'
import { slice } from '../engine/lists.js'
import { ArrayOfRealm, deref, min, WeakRefOfRealm } from '../engine/primordials.js'
import { now } from '../engine/real-clock.js'
import type { Arrival } from './arrival.js'
import { readPlace, readWholeChain } from './pending-stacks.js'

/** One way that an error has taken, or one abort. The error or the signal holds it. */
export interface Failure {
  readonly arrivals: readonly Arrival[]
  /** Whether it is to be read if the error is kept. */
  isListed: boolean
}

interface Listed {
  readonly failure: WeakRef<Failure>
  readonly atMs: number
}

const NEWEST = 4096
/** With more, the next sweep has to come soon. */
const MANY_NEWEST = NEWEST / 16
const newest = new ArrayOfRealm<Failure | null>(NEWEST).fill(null)
let next = 0
let added = 0

/** Oldest first; those before `first` are done with. */
let listed: Listed[] = []
let first = 0
const collections = new CollectionWitness()

/** It has a new arrival. */
export function listFailure(failure: Failure): void {
  if (failure.isListed) return
  failure.isListed = true
  const oldest = newest[next]
  if (oldest != null) readFailure(oldest)
  newest[next] = failure
  next = (next + 1) % NEWEST
  added++
}

/** A sweep begins. @returns whether there were so many that the next one must come soon. */
export function listNewestFailures(): boolean {
  const count = min(added, NEWEST)
  const atMs = now()
  for (let i = count; i > 0; i--) {
    const at = (next - i + NEWEST) % NEWEST
    const failure = newest[at]
    newest[at] = null
    if (failure != null) listed[listed.length] = { failure: new WeakRefOfRealm(failure), atMs }
  }
  added = 0
  collections.look()
  return count > MANY_NEWEST
}

/** Reads one that is in use. @returns false if there is none any more. */
export function readKeptFailure(): boolean {
  const oldest = listed[first]
  if (oldest === undefined || oldest.atMs >= collections.survivedBeforeMs) return false
  if (++first * 2 > listed.length) {
    listed = slice(listed, first)
    first = 0
  }
  const failure = deref(oldest.failure)
  if (failure !== undefined) readFailure(failure)
  return true
}

export function forgetKeptFailures(): void {
  newest.fill(null)
  added = 0
  listed = []
  first = 0
}

function readFailure(failure: Failure): void {
  failure.isListed = false
  const { arrivals } = failure
  for (let i = 0; i < arrivals.length; i++) {
    const { origin, place } = arrivals[i] as Arrival
    readWholeChain(origin)
    if (place !== null) readPlace(place)
  }
}
