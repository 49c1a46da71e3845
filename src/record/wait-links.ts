import { slice } from '../engine/lists.js'
import { OwnSet, OwnWeakMap } from '../engine/primordials.js'
import { timerStart } from '../engine/real-clock.js'
import { WeakList } from '../engine/weak-list.js'
import { ended } from './failures.js'
import { Origin } from './origin.js'
import { PromiseStamp } from './stamp.js'
import { MadeIn } from './thenable-job.js'
import { AWAIT, Links, THEN, TOLD, Wait } from './wait.js'

/** What is known of each promise, on the promise itself. */

const MAX_MAKERS = 8

/** What is known of a promise; null for nothing. */
export function linksOf(promise: object): Links | null {
  const record = PromiseStamp.get(promise)
  return record instanceof Links ? record : null
}

/** The same; what is not there yet is made. */
export function linksFor(promise: object): Links {
  const record = PromiseStamp.get(promise)
  if (record instanceof Links) return record
  const isOfWork = record instanceof Origin
  const links = isOfWork ? new Wait(record, null, null, promise, THEN, true) : new Links()
  if (record instanceof MadeIn) links.addRare().madeIn = record
  PromiseStamp.put(promise, links)
  return links
}

/**
 * Puts the record of an await on the promise of its function as well. If V8 has named the promise, a record of another
 * function, of which the promise was only assumed to be, gives way once that function is no longer suspended.
 */
export function linkFunction(wait: Wait): void {
  if (wait.of === wait.waiter) return
  const record = PromiseStamp.get(wait.of)
  if (record === null) {
    new PromiseStamp(wait.of, wait)
    return
  }
  if (!(record instanceof Links)) return
  if (record instanceof Wait) {
    if (!wait.isNamed || record.isNamed || record.kind !== AWAIT || record.on !== null) return
  }
  wait.takeOver(record)
  if (record instanceof Wait) record.rare = null
  PromiseStamp.put(wait.of, wait)
}

/**
 * Of a promise that was not made just before.
 *
 * @returns true where others wait for it as well, or may do so later: V8 will not tell the place then.
 */
export function mayBeShared(promise: object): boolean {
  const known = linksFor(promise)
  // On a function's own promise lies the record of its awaits, which says nothing of the promise itself.
  if (isOfFunction(known, promise)) return true
  if (known.isSettled) return false
  const { isShared } = known
  known.isShared = true
  return isShared
}

/** A promise has settled. Hot. */
export function noteSettled(promise: object): void {
  const record = PromiseStamp.get(promise)
  if (record instanceof Links) settle(record, promise)
  else if (record instanceof MadeIn) PromiseStamp.put(promise, null)
}

function settle(links: Links, promise: object): void {
  if (!isOfFunction(links, promise)) links.isSettled = true
  // The record of a function's awaits is on their own promises as well, which settle one after the other.
  if (!(links instanceof Wait) || links.of === promise || links.kind !== AWAIT) links.next = null
  if (links.rare !== null) {
    links.rare.makers = null
    links.rare.madeIn = null
  }
  // The program may keep the promise for long; what it came from is not kept with it.
  if (links instanceof Wait && links.of === promise && links.on === null) {
    // Whose caller awaits it at once will be resumed next, and looks (failures.ts).
    if (ended.isWatched && links.origin !== null && (links.kind === AWAIT || links.kind === THEN)) {
      const isAwait = links.kind === AWAIT
      if (isAwait && links.origin.awaiter !== null) return
      ended.promise = promise
      ended.origin = links.origin
      ended.isAwait = isAwait
      ended.uncertain = null
    }
    links.origin = null
  }
}

function isOfFunction(links: Links, promise: object): boolean {
  return links instanceof Wait && links.kind === AWAIT && links.waiter !== promise
}

/** For a thenable that the promise is resolved with. */
export function noteMadeIn(promise: object, made: MadeIn): void {
  const record = PromiseStamp.get(promise)
  if (record === null) new PromiseStamp(promise, made)
  else if (record instanceof Links && !(record instanceof Wait)) record.addRare().madeIn = made
}

/** What was noted so; null for nothing. */
export function madeIn(promise: object): MadeIn | null {
  const record = PromiseStamp.get(promise)
  if (record instanceof Links) return record.rare?.madeIn ?? null
  return record instanceof MadeIn ? record : null
}

/**
 * A timer or native operation was begun while a promise's executor, or the function behind it, ran. Not hot:
 * each costs a native call anyway.
 */
export function noteResource(
  promise: object,
  resource: object,
  type: string,
  event: unknown = null,
  isAlone = false,
): void {
  const startedMs = type === 'timeout' ? timerStart(resource) : null
  const rare = linksFor(promise).addRare()
  rare.makers ??= []
  if (rare.makers.length === MAX_MAKERS) rare.makers = slice(rare.makers, 1)
  rare.makers[rare.makers.length] = { resource, type, event, isAlone, startedMs }
}

const FEW_TOLD = 1_024
/** By promise: what the program told of those that wait for it. The record of one promise may be that of others as well. */
const waitersToldOf = new OwnWeakMap<object, OwnSet<object>>()
/** Of these. */
const toldOf = new WeakList<object>(FEW_TOLD, (promise) => {
  const isTold = waitersToldOf.get(promise)?.size !== 0
  if (!isTold) waitersToldOf.delete(promise)
  return isTold
})

/** The program knows of a wait that leaves no event. */
export function tell(promise: object, waiter: object): void {
  let waiters = waitersToldOf.get(promise)
  if (waiters === undefined) {
    waiters = new OwnSet()
    waitersToldOf.set(promise, waiters)
    toldOf.add(promise)
  }
  waiters.add(waiter)
}

export function untell(promise: object, waiter: object): void {
  waitersToldOf.get(promise)?.delete(waiter)
}

/** The promises of which the program told that somebody waits for them. */
export function toldPromises(): object[] {
  return toldOf.alive()
}

/** What the program told of those that wait for a promise. */
export function toldWaits(promise: object): Wait[] {
  const waiters = waitersToldOf.get(promise)
  return waiters === undefined ? [] : [...waiters].map((waiter) => new Wait(null, promise, waiter, waiter, TOLD, true))
}

/** The executor of `maker` called a promise's `then`, which hands on what it brings. */
export function handedOn(wait: Wait, maker: object): Wait {
  const handed = new Wait(wait.origin, wait.on, wait.waiter, maker, THEN, true)
  handed.order = wait.order
  return handed
}
