import { ArrayOfRealm } from '../engine/primordials.js'
import { begunWork } from './begun-work.js'
import { combinator } from './combinator.js'
import { last } from './last-event.js'
import { forgetListedWaits, listWait, unlistWait } from './listed-waits.js'
import type { Origin } from './origin.js'
import { reaction } from './reaction.js'
import { PromiseStamp } from './stamp.js'
import { holdUnknown, releaseAllUnknown, releaseUnknown } from './unknown-functions.js'
import { ADOPT, AWAIT, Links, MEMBER, newestOrder, THEN, Wait } from './wait.js'
import { linkFunction, linksFor } from './wait-links.js'

/**
 * Who waits for what, as V8 announces it: each `await` and each `.then` names the promise that it waits for.
 * The record is on the waiter, with its origin, and on the function's own promise: who holds that one holds what
 * it waits for, or a deadlock would be collected before anyone can look at it. One function's awaits share one
 * record: a resumed function that awaits again costs no allocation. What is waited for bears no mark, except
 * where V8 could not tell later where the waiter stands. A dump of a small heap finds the waits through the live promises,
 * that of a large one through `listed-waits.ts`.
 * What it costs is in `benchmarks/promises.mjs`.
 */

/** Waits up to this one are of an earlier time of tracing: how they went on was not seen. */
let lastOfEarlier = 0

/** What was noted is not read again. */
export function forgetWaits(): void {
  lastOfEarlier = newestOrder()
  forgetListedWaits()
  releaseAllUnknown()
}

export function isOfNow(wait: Wait): boolean {
  return wait.order > lastOfEarlier
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
  const own = reaction.resumed
  let wait: Wait
  if (own !== null && own.kind === AWAIT && own.on === null && (function_ === null || function_ === own.of)) {
    own.beginAgain(origin, on, waiter, isNamed)
    wait = own
  } else {
    const isOwn = function_ === null && own !== null
    wait = new Wait(origin, on, waiter, function_ ?? own?.of ?? waiter, AWAIT, isNamed || (isOwn && own.isNamed))
    if (isOwn) wait.shareCandidates(own)
    if (function_ === null && (own === null || own.isOfUnknown)) wait.isOfUnknown = true
    linkFunction(wait)
    if (begunWork.isNoted) begunWork.addAwait(wait)
  }
  listWait(wait)
  wait.isOfValue = isNamed && last.isSettled
  wait.isOfEndedCall = on === last.settledCall
  last.wait = wait
  if (wait.isOfUnknown && !wait.isHeld) holdUnknown(wait)
  new PromiseStamp(waiter, wait)
}

/** `await value` first named the awaiting function's own promise as what the value's promise waits for. */
function forgetFirstHalf(value: object): void {
  const first = PromiseStamp.get(value)
  if (!(first instanceof Wait)) return
  const { resumed } = reaction
  first.end()
  unlistWait(first)
  if (first.isHeld && first !== resumed) releaseUnknown(first)
  // It was not for the promise that it was taken for.
  if (first !== resumed && PromiseStamp.get(first.of) === first) {
    const links = new Links()
    links.takeOver(first)
    PromiseStamp.put(first.of, links)
  }
}

/** What the newest wait is for is a promise of a subclass or of another realm. */
export function markOfOthers(): void {
  last.wait?.markOfOthers()
}

/** The newest await began with a capture: what it continues is known only afterwards. */
export function setOrigin(origin: Origin | null): void {
  if (last.wait !== null) last.wait.origin = origin
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
  listWait(wait)
  new PromiseStamp(waiter, wait)
  if (begunWork.isNoted) begunWork.addThen(wait)
  last.wait = wait
  // What was just derived is held by one at most, until somebody waits for it.
  wait.isShared = false
  const known = linksFor(on)
  known.isShared = true
  known.leadTo(wait)
  if (combinator.isCollecting) {
    wait.kind = MEMBER
    wait.addRare().detail = { combinator: '', index: 0, previous: combinator.newestMember }
    combinator.newestMember = wait
  } else if (reaction.adopting !== null) {
    wait.kind = ADOPT
    wait.of = reaction.adopting
    return takeAdopting()
  } else if (maker !== null) {
    const rare = wait.addRare()
    rare.maker = maker
    rare.activations = activations
    linksFor(maker).isFed = true
  } else if (reaction.maker !== null) {
    const rare = wait.addRare()
    rare.caller = reaction.maker
    rare.activations = reaction.activations
  }
  return null
}

/** The `.then` that V8's job has called is there. @returns the promise that is resolved with another; null where none is. */
export function takeAdopting(): object | null {
  const promise = reaction.adopting
  reaction.adopting = null
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
  const newest = last.wait
  if (newest === null) return
  newest.isCaptured = true
  newest.areCandidatesOlder = top === 0
  if (top === 0) return
  const { resumed } = reaction
  const hasResumed = isReaction && (resumed === null || resumed.kind === AWAIT)
  const first = hasResumed ? 1 : 0
  const candidates = new ArrayOfRealm<object>(first + top)
  if (hasResumed) candidates[0] = resumed?.of ?? (newest.waiter as object)
  for (let i = 0; i < top; i++) candidates[first + i] = running[i] as object
  newest.setCandidates(candidates)
}

/** The caller awaits the call that has just suspended: what its function may be was noted with that one. */
export function markCaller(before: Wait | null): void {
  const newest = last.wait
  if (newest === null) return
  newest.isOfCall = true
  if (before === null) return
  newest.shareCandidates(before)
  newest.areCandidatesOlder = before.areCandidatesOlder
}

export function markPlace(place: Error): void {
  if (last.wait !== null) last.wait.addRare().place = place
}

/** The newest await, if nothing has happened since. */
export function newestAwait(): Wait | null {
  return last.wait?.kind === AWAIT ? last.wait : null
}

/** The promise in whose executor the newest `.then` may have been called. */
export function newestMaker(): object | null {
  return last.wait?.kind === THEN ? last.wait.maker : null
}
