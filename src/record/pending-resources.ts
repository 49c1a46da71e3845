import { CollectionWitness } from '../engine/collection-witness.js'
import { slice } from '../engine/lists.js'
import { ArrayOfRealm, deref, getOwnPropertyDescriptor, max, WeakRefOfRealm } from '../engine/primordials.js'
import { runningResource } from '../engine/running-resource.js'
import type { Origin } from './origin.js'
import { forgetResource, isBareTurn, originOfResource } from './present.js'

/**
 * Timers and native operations whose raw stack is to be read if they are pending for long. Nobody announces their
 * end, so they are held weakly; and up to Node 24 a weak reference is a strong one to V8's minor collections, which
 * then carry every dead timer of a busy service along, with its stack, to the next major one. Hence two means:
 *
 * - The newest are held for a moment: most timers are over by then, and need no weak reference.
 * - Where many are listed, only those are read that have survived a collection: the others are most likely dead.
 */
const NEWEST = 256
const newest = new ArrayOfRealm<object | null>(NEWEST).fill(null)
const newestAtMs = new Float64Array(NEWEST)
let next = 0

interface Pending {
  readonly resource: WeakRef<object>
  readonly atMs: number
}
/** Oldest first; those before `first` are done with. */
let listed: Pending[] = []
let first = 0
/** Timers that fire soon are added only while fewer are listed. */
const FEW_LISTED = 4096
/** Of more than this, those wait for a collection that are not older than that. */
const MANY_LISTED = 1024
const MAX_WAIT_MS = 5000
/** Timers that are over and whose object still exists: so many are read each time, of more the stack is let go. */
const MAX_OVER_READ = 16
let overRead = 0

const collections = new CollectionWitness()

/** Hot: for a resource that may be pending for longer than the sweep waits. */
export function addPendingResource(resource: object, atMs: number): void {
  leaveNewest(next)
  newest[next] = resource
  newestAtMs[next] = atMs
  next = (next + 1) % NEWEST
}

/** The same for a timer that fires sooner: the program may keep its object. */
export function addShortTimer(timer: object, atMs: number): void {
  if (listed.length - first < FEW_LISTED) addPendingResource(timer, atMs)
}

function leaveNewest(at: number): void {
  const resource = newest[at]
  if (resource == null) return
  newest[at] = null
  // An immediate that runs is marked as over, and so is a timer that clears itself.
  if (isOverTimer(resource) && isBareTurn() && resource !== runningResource()) forgetResource(resource)
  else listed[listed.length] = { resource: new WeakRefOfRealm(resource), atMs: newestAtMs[at] as number }
}

/** A sweep begins. */
export function listNewest(): void {
  overRead = 0
  for (let i = 0; i < NEWEST; i++) leaveNewest((next + i) % NEWEST)
  collections.look()
}

/** @returns undefined where none is as old as that; null for what has ended meanwhile. */
export function takePendingResource(beforeMs: number): Origin | null | undefined {
  const oldest = listed[first]
  if (oldest === undefined || oldest.atMs >= beforeMs) return undefined
  if (listed.length - first > MANY_LISTED && oldest.atMs >= max(collections.survivedBeforeMs, beforeMs - MAX_WAIT_MS)) {
    return undefined
  }
  if (++first * 2 > listed.length) {
    listed = slice(listed, first)
    first = 0
  }
  const resource = deref(oldest.resource)
  if (resource === undefined) return null
  if (!isOverTimer(resource) || overRead++ < MAX_OVER_READ) return originOfResource(resource)
  forgetResource(resource)
  return null
}

export function forgetPendingResources(): void {
  for (let i = 0; i < NEWEST; i++) newest[i] = null
  listed = []
  first = 0
}

/** Node marks a timer that has fired or was cleared; the program may keep it, and set it anew by `refresh()`. */
function isOverTimer(resource: object): boolean {
  return getOwnPropertyDescriptor(resource, '_destroyed')?.value === true
}
