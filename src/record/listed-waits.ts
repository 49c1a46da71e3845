import { WeakList } from '../engine/weak-list.js'
import { newestOrder, THEN, Wait } from './wait.js'

/**
 * The waits of this thread, for dumps of a large heap: to find them among all objects takes V8 several collections, 12 ms and two
 * megabytes for each megabyte of the heap. Young ones are in a list, which keeps them alive until the sweep: half a second at most if
 * the event loop turns. Older ones are held weakly: what nobody can settle any more is collected as it would be without.
 */

/**
 * With more than these, each new one has the oldest held weakly at once. What is held weakly stays alive until the code that runs has
 * returned: for a loop that never lets the sweep run and begins any number of waits, there is an end to it.
 */
const MOST_YOUNG = 65_536
const MOST_AT_ONCE = 196_608
const FEW_OLD = 1_024

/** The list's two ends: `ends.newer` is the oldest wait, `ends.older` the newest. */
const ends = new Wait(null, null, null, {}, THEN, false)
ends.newer = ends
ends.older = ends
let young = 0
const old = new WeakList<Wait>(FEW_OLD, isListed)
/** How often one of them was resumed since they were looked through. */
let resumedOld = 0
/** Some were begun that are in neither. */
let isCut = false
/** Since the last sweep. */
let heldAtOnce = 0
/** The newest wait at the last sweep but one, and at the last. */
let sweptOrder = 0
let nextSweptOrder = 0

/** Hot: once an await or `.then`. */
export function listWait(wait: Wait): void {
  if (wait.isListedAsOld) return
  if (young >= MOST_YOUNG && !makeRoom()) return
  const newest = ends.older as Wait
  wait.older = newest
  wait.newer = ends
  newest.newer = wait
  ends.older = wait
  young++
}

/** @returns false if there is none. */
function makeRoom(): boolean {
  if (heldAtOnce >= MOST_AT_ONCE) {
    isCut = true
    return false
  }
  heldAtOnce++
  const oldest = ends.newer as Wait
  unlistWait(oldest)
  holdWeakly(oldest)
  return true
}

/** Hot: once a resumption. */
export function unlistWait(wait: Wait): void {
  const { newer, older } = wait
  if (newer === null || older === null) {
    if (wait.isListedAsOld) resumedOld++
    return
  }
  older.newer = newer
  newer.older = older
  wait.newer = null
  wait.older = null
  young--
}

/** A sweep begins: what was begun before the last one is old. */
export function ageWaits(): void {
  sweptOrder = nextSweptOrder
  nextSweptOrder = newestOrder()
  heldAtOnce = 0
  // After a burst, most of them are over.
  if (resumedOld > FEW_OLD && resumedOld * 2 > old.length) {
    resumedOld = 0
    old.drop()
  }
}

/** The oldest one is held weakly from now on. @returns false if there is none that is old. */
export function holdOldestWeakly(): boolean {
  const oldest = ends.newer as Wait
  if (oldest === ends || oldest.order > sweptOrder) return false
  unlistWait(oldest)
  holdWeakly(oldest)
  return true
}

function holdWeakly(wait: Wait): void {
  wait.isListedAsOld = true
  old.add(wait)
}

/** Of an old one: if not, it is dropped, and listed anew when it awaits again. */
function isListed(wait: Wait): boolean {
  wait.isListedAsOld = wait.on !== null
  return wait.isListedAsOld
}

/** All that have not ended, in no order; null if some may be missing. */
export function listedWaits(): Wait[] | null {
  if (isCut) return null
  const found: Wait[] = []
  for (let wait = ends.newer as Wait; wait !== ends; wait = wait.newer as Wait) found[found.length] = wait
  const alive = old.alive()
  for (let i = 0; i < alive.length; i++) if (alive[i]?.on !== null) found[found.length] = alive[i] as Wait
  return found
}

/**
 * V8 is to look which promises are alive: the list keeps none of them so meanwhile. A weak reference would, until the code that runs has
 * returned. The list is cut until `relistWaits`.
 */
export function releaseYoungWaits(): void {
  isCut = true
  for (let wait = ends.newer as Wait; wait !== ends; wait = ends.newer as Wait) unlistWait(wait)
}

/** V8 is to collect what nobody can settle any more, in a turn after this one. */
export function holdYoungWaitsWeakly(): void {
  for (let wait = ends.newer as Wait; wait !== ends; wait = ends.newer as Wait) {
    unlistWait(wait)
    holdWeakly(wait)
  }
}

/** They were found in another way. @param areAll else some may be missing still. */
export function relistWaits(waits: readonly Wait[], areAll: boolean): void {
  for (let i = 0; i < waits.length; i++) {
    const wait = waits[i] as Wait
    if (wait.newer === null && !wait.isListedAsOld) holdWeakly(wait)
  }
  isCut = !areAll
}

export function forgetListedWaits(): void {
  releaseYoungWaits()
  const alive = old.alive()
  for (let i = 0; i < alive.length; i++) (alive[i] as Wait).isListedAsOld = false
  old.clear()
  isCut = false
}
