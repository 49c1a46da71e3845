import { indexOf, slice } from '../engine/lists.js'
import { isPromise } from '../engine/node-primordials.js'
import { ArrayOfRealm, OwnSet } from '../engine/primordials.js'
import { timerStart } from '../engine/real-clock.js'
import { faults } from './faults.js'
import { Origin } from './origin.js'
import { PromiseStamp } from './stamp.js'
import { MadeIn } from './thenable-job.js'
import { ADOPT, AWAIT, Links, MEMBER, newestOrder, THEN, TOLD, Wait, type WaitDetail } from './wait.js'

/**
 * Who waits for what, as V8 announces it: each `await` and each `.then` names the promise that it waits for.
 * The record is on the waiter, with its origin, and on the function's own promise: who holds that one holds what
 * it waits for, or a deadlock would be collected before anyone can look at it. One function's awaits share one
 * record: a resumed function that awaits again costs no allocation. What is waited for bears no mark, except
 * where V8 could not tell later where the waiter stands. No list of all waits exists; a dump finds them through
 * the live promises.
 * What it costs is in `benchmarks/promises.mjs`.
 */

/** Waits up to this one are of an earlier time of tracing: how they went on was not seen. */
let lastOfEarlier = 0
/**
 * Functions whose promise is not known, top-level awaits above all. They are held, so that a process which ends with
 * one unsettled can say so; never more than this many. A function stays in the list from its first await to its end: an
 * await costs nothing here.
 */
const unknownFunctions: Wait[] = []
const MAX_UNKNOWN = 64
const MAX_MAKERS = 8
export const RACE = 'Promise.race'
/** The wait that the present reaction has resumed. */
let resumed: Wait | null = null
/** Of the `.then` that the present reaction is of: the promise in whose executor it may have been called. */
let resumedMaker: object | null = null
let resumedActivations = 0
/** The present reaction is V8's job that resolves this promise with another one. */
let adopting: object | null = null
/** Inside a native combinator: the waits for its members so far. */
let members: Wait | null = null
let isCollecting = false
/** What the last event began; null after any other. */
let newest: Wait | null = null

/** What was noted is not read again. */
export function forgetWaits(): void {
  lastOfEarlier = newestOrder()
  while (unknownFunctions.length > 0) dropUnknown(unknownFunctions.length - 1)
  leaveReaction()
}

export function isOfNow(wait: Wait): boolean {
  return wait.order > lastOfEarlier
}

/** What is known of a promise; null for nothing. */
export function linksOf(promise: object): Links | null {
  const record = PromiseStamp.get(promise)
  return record instanceof Links ? record : null
}

/**
 * An `await`. Hot: a few stores, and one small object where a function awaits for the first time.
 *
 * @param function_ the awaiting function's own promise, as far as the recorder knows; null for the resumed one.
 * @param isNamed whether V8 named it; then this is the second half of `await value`.
 */
export function beginAwait(
  origin: Origin | null,
  waiter: object,
  on: object,
  function_: object | null,
  isNamed: boolean,
): void {
  if (isNamed) forgetFirstHalf(on)
  const own = resumed
  if (own !== null && own.kind === AWAIT && own.on === null && (function_ === null || function_ === own.of)) {
    own.beginAgain(origin, on, waiter, isNamed)
    newest = own
  } else {
    const isOwn = function_ === null && own !== null
    newest = new Wait(origin, on, waiter, function_ ?? own?.of ?? waiter, AWAIT, isNamed || (isOwn && own.isNamed))
    if (isOwn) newest.candidates = own.candidates
    if (function_ === null && (own === null || own.isOfUnknown)) newest.isOfUnknown = true
    linkFunction(newest)
  }
  if (newest.isOfUnknown && !newest.isHeld) holdUnknown(newest)
  new PromiseStamp(waiter, newest)
}

function holdUnknown(wait: Wait): void {
  if (unknownFunctions.length === MAX_UNKNOWN) return
  wait.isHeld = true
  unknownFunctions[unknownFunctions.length] = wait
}

function releaseUnknown(wait: Wait): void {
  const at = indexOf(unknownFunctions, wait)
  if (at !== -1) dropUnknown(at)
}

function dropUnknown(at: number): void {
  ;(unknownFunctions[at] as Wait).isHeld = false
  unknownFunctions[at] = unknownFunctions[unknownFunctions.length - 1] as Wait
  unknownFunctions.length--
}

/** Puts the record on the promise of its function as well. */
export function linkFunction(wait: Wait): void {
  if (wait.of === wait.waiter) return
  const record = PromiseStamp.get(wait.of)
  if (record === null) {
    new PromiseStamp(wait.of, wait)
    return
  }
  if (!(record instanceof Links) || record instanceof Wait) return
  wait.takeOver(record)
  PromiseStamp.put(wait.of, wait)
}

/** The newest await began with a capture: what it continues is known only afterwards. */
export function setOrigin(origin: Origin | null): void {
  if (newest !== null) newest.origin = origin
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

/**
 * A `.then`, `.catch` or `.finally`, also of Node's and V8's own.
 *
 * @param maker the promise of what runs innermost: its executor may hand on what `on` brings.
 * @param activations how many run.
 * @returns the promise that is resolved with `on`; null where none is.
 */
export function beginThen(waiter: object, on: object, maker: object | null, activations: number): object | null {
  const wait = new Wait(null, on, waiter, waiter, THEN, true)
  new PromiseStamp(waiter, wait)
  newest = wait
  // What was just derived is held by one at most, until somebody waits for it.
  wait.isShared = false
  const known = linksFor(on)
  known.isShared = true
  known.leadTo(wait)
  if (isCollecting) {
    wait.kind = MEMBER
    wait.addRare().detail = { combinator: '', index: 0, previous: members }
    members = wait
  } else if (adopting !== null) {
    wait.kind = ADOPT
    wait.of = adopting
    return takeAdopting()
  } else if (maker !== null) {
    const rare = wait.addRare()
    rare.maker = maker
    rare.activations = activations
    linksFor(maker).isFed = true
  } else if (resumedMaker !== null) {
    const rare = wait.addRare()
    rare.caller = resumedMaker
    rare.activations = resumedActivations
  }
  return null
}

/** The `.then` that V8's job has called is there. @returns the promise that is resolved with another; null where none is. */
export function takeAdopting(): object | null {
  const promise = adopting
  adopting = null
  if (promise !== null) linksFor(promise).isFed = true
  return promise
}

/**
 * The recorder captures a stack at the newest await.
 *
 * @param running the promises of the activations that run, and of promises made by hand meanwhile.
 * @param isReaction whether a promise reaction runs: what it resumed may be the one that awaits.
 */
export function markCaptured(running: readonly (object | null)[], top: number, isReaction: boolean): void {
  if (newest === null) return
  newest.isCaptured = true
  newest.areCandidatesOlder = top === 0
  if (top === 0) return
  const hasResumed = isReaction && (resumed === null || resumed.kind === AWAIT)
  const first = hasResumed ? 1 : 0
  // Of exactly this length: an array that grows takes room for seventeen.
  const candidates = new ArrayOfRealm<object>(first + top)
  if (hasResumed) candidates[0] = resumed?.of ?? (newest.waiter as object)
  for (let i = 0; i < top; i++) candidates[first + i] = running[i] as object
  newest.candidates = candidates
}

/** The caller awaits the call that has just suspended: what its function may be was noted with that one. */
export function markCaller(before: Wait | null): void {
  if (newest === null) return
  newest.isOfCall = true
  if (before === null) return
  newest.candidates = before.candidates
  newest.areCandidatesOlder = before.areCandidatesOlder
}

export function markPlace(place: Error): void {
  if (newest !== null) newest.addRare().place = place
}

/**
 * A reaction of a known wait begins. Hot.
 *
 * @returns false if it is V8's job that resolves the promise with another one or with a thenable.
 */
export function enterReaction(wait: Wait, promise: object): boolean {
  newest = null
  if (wait.on === null || wait.waiter !== promise) {
    resumed = null
    resumedMaker = null
    adopting = promise
    return false
  }
  adopting = null
  resumed = wait
  resumedMaker = null
  if (wait.rare !== null && wait.kind !== AWAIT) {
    resumedMaker = wait.rare.caller ?? wait.rare.maker
    resumedActivations = wait.rare.activations
  }
  // It may have settled before it was first seen.
  if (wait.place !== null) noteSettled(wait.on)
  wait.end()
  return true
}

/** A reaction begins of which no wait is known. */
export function enterUnknownReaction(promise: object): void {
  newest = null
  resumed = null
  resumedMaker = null
  adopting = promise
}

export function leaveReaction(): void {
  if (resumed !== null && resumed.on === null) {
    resumed.candidates = null
    if (resumed.isHeld) releaseUnknown(resumed)
  }
  resumed = null
  resumedMaker = null
  adopting = null
  newest = null
}

/** Whether the present reaction has resumed a function that is known. */
export function hasResumed(): boolean {
  return resumed !== null && resumed.kind === AWAIT
}

/** What the present reaction has resumed, for one within it. */
export function presentReaction(): Wait | null {
  return resumed
}

/** Code runs within the present reaction that is no part of it. */
export function interruptReaction(): void {
  newest = null
  resumed = null
  adopting = null
}

export function returnToReaction(outer: Wait | null): void {
  resumed = outer
}

/** The newest await, if nothing has happened since. */
export function newestAwait(): Wait | null {
  return newest?.kind === AWAIT ? newest : null
}

/** The promise in whose executor the newest `.then` may have been called. */
export function newestMaker(): object | null {
  return newest?.kind === THEN ? newest.maker : null
}

/** A promise has settled. Hot. */
export function noteSettled(promise: object): void {
  const record = PromiseStamp.get(promise)
  if (record instanceof Links) settle(record, promise)
  else if (record instanceof MadeIn) PromiseStamp.put(promise, null)
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

function settle(links: Links, promise: object): void {
  if (!isOfFunction(links, promise)) links.isSettled = true
  // The record of a function's awaits is on their own promises as well, which settle one after the other.
  if (!(links instanceof Wait) || links.of === promise || links.kind !== AWAIT) links.next = null
  if (links.rare !== null) {
    links.rare.makers = null
    links.rare.madeIn = null
  }
  // The program may keep the promise for long; what it came from is not kept with it.
  if (links instanceof Wait && links.of === promise && links.on === null) links.origin = null
}

function isOfFunction(links: Links, promise: object): boolean {
  return links instanceof Wait && links.kind === AWAIT && links.waiter !== promise
}

/**
 * A timer or native operation was begun while a promise's executor, or the function behind it, ran. Not hot:
 * each costs a native call anyway.
 */
export function noteResource(promise: object, resource: object, type: string, event: unknown = null): void {
  const startedMs = type === 'timeout' ? timerStart(resource) : null
  const rare = linksFor(promise).addRare()
  rare.makers ??= []
  if (rare.makers.length === MAX_MAKERS) rare.makers = slice(rare.makers, 1)
  rare.makers[rare.makers.length] = { resource, type, event, startedMs }
}

/** The program knows of a wait that leaves no event. */
export function tell(promise: object, waiter: object): void {
  const rare = linksFor(promise).addRare()
  rare.told ??= new OwnSet()
  rare.told.add(waiter)
}

export function untell(promise: object, waiter: object): void {
  linksOf(promise)?.rare?.told?.delete(waiter)
}

/** What the program told of those that wait for a promise. */
export function toldWaits(promise: object): Wait[] {
  const told = linksOf(promise)?.rare?.told
  if (told == null) return []
  return [...told].map((waiter) => new Wait(null, promise, waiter, waiter, TOLD, true))
}

/** The executor of `maker` called a promise's `then`, which hands on what it brings. */
export function handedOn(wait: Wait, maker: object): Wait {
  const handed = new Wait(wait.origin, wait.on, wait.waiter, maker, THEN, true)
  handed.order = wait.order
  return handed
}

/** The native combinator's own `.then` calls follow. */
export function beginMembers(): void {
  isCollecting = true
  members = null
}

/** @param result the combinator's promise; null where it threw. */
export function endMembers(result: object | null, combinator: string): void {
  isCollecting = false
  let count = 0
  for (let wait = members; wait !== null; wait = wait.detail?.previous ?? null) count++
  for (let wait = members; wait !== null; wait = wait.detail?.previous ?? null) {
    const { previous } = wait.detail as WaitDetail
    wait.addRare().detail = { combinator, index: --count, previous }
    if (result !== null) wait.of = result
  }
  members = null
  if (result === null) return
  const links = linksFor(result)
  links.isShared = false
  if (combinator === RACE) links.isFed = true
}

/** What no race has made: V8's walk has a frame on its way to it, whoever calls `.then` of the members. */
export function noteCombinator(result: unknown): void {
  try {
    if (isPromise(result)) linksFor(result).isOfCombinator = true
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

function linksFor(promise: object): Links {
  const record = PromiseStamp.get(promise)
  if (record instanceof Links) return record
  const isOfWork = record instanceof Origin
  const links = isOfWork ? new Wait(record, null, null, promise, THEN, true) : new Links()
  if (record instanceof MadeIn) links.addRare().madeIn = record
  PromiseStamp.put(promise, links)
  return links
}

/** `await value` first named the awaiting function's own promise as what the value's promise waits for. */
function forgetFirstHalf(value: object): void {
  const first = PromiseStamp.get(value)
  if (!(first instanceof Wait)) return
  first.end()
  if (first.isHeld && first !== resumed) releaseUnknown(first)
  // It was not for the promise that it was taken for.
  if (first !== resumed && PromiseStamp.get(first.of) === first) {
    const links = new Links()
    links.takeOver(first)
    PromiseStamp.put(first.of, links)
  }
}
