/**
 * The hot path: what is remembered while the program runs, and what is running now.
 *
 * A *segment* is one synchronous run of JavaScript: the main script, a callback, a promise reaction. An
 * *activation* is a call of an async function within it. At the first suspension of a burst of nested
 * calls one raw stack is captured; it holds the call sites of all of them. Each caller that then awaits
 * the call which has just suspended reuses that stack one level lower. A resumed function that awaits
 * with nothing fresh shares the origin that it was resumed with. Everything else captures again: a
 * needless capture costs speed, a wrong reuse would be a lie.
 *
 * The events are V8's own (`v8.promiseHooks`); their order is the same on Node 20 to 26:
 *   call of an async function   init(outer, undefined)
 *   await promise               init(T, promise)
 *   await value                 init(w, outer), settled(w), init(T, w)
 *   .then                       Promise[Symbol.species] is read, init(D, promise)
 *   resumption                  before(T) … after(T)
 * What is running and what happened last is in three objects: the `segment`, the present `reaction` and the `last` event.
 * Every line here is paid for by `benchmarks/promises.mjs`.
 */
import { getPrototypeOf } from '../engine/primordials.js'
import { captureSyncStack, leaveOutWalks } from '../engine/sync-capture.js'
import type { Boundary } from '../model/task.js'
import { AWAIT, initAwait, NOTHING, noteActivations, noteMadeHere, suspend, THEN, valueCaptured } from './awaits.js'
import { beginCapture, captures, ErrorOfRealm, endCapture, isWalkOff, resetCaptures } from './capture.js'
import { combinator } from './combinator.js'
import { beginEpoch, closeEpoch, epoch, isBegunLate } from './epoch.js'
import { ended, forgetFailures, forgetNewest, newest, noteEnded, noteSettledBy } from './failures.js'
import { faults } from './faults.js'
import { keepStack, knownStack } from './known-stacks.js'
import { last } from './last-event.js'
import { forgetLost, noteMoved } from './lost-functions.js'
import { MAX_FRAMES, Origin, type RawStack, SEGMENT } from './origin.js'
import { framesInterrupted, isOfNode, isUnheardThen, mayBeOfOthers, OwnPromises } from './other-promises.js'
import { addPending, removePending } from './pending-stacks.js'
import { currentOrigin, originOf } from './present.js'
import { reaction } from './reaction.js'
import { guardRing } from './rings.js'
import { isSomeLeftOut, samplingRate, startSamplingEpoch, unsampled } from './sampling.js'
import { segment } from './segment.js'
import { PromiseStamp } from './stamp.js'
import { forgetName, givenName, nameAfterEnd } from './task-naming.js'
import { originOfMade, originOfReturned } from './thenable-job.js'
import { turn } from './turn.js'
import { AWAIT as OF_AWAIT, Wait } from './wait.js'
import * as links from './wait-links.js'
import * as waits from './waits.js'

/** While the tracer looks at promises with promises of its own. */
let isMuted = false
/** Our own frames and those of Node's hook callers come before that of the await. */
const FRAMES_TO_AWAIT = 6

/** @returns whether it was so before. */
export function mute(isOn: boolean): boolean {
  const before = isMuted
  isMuted = isOn
  return before
}

export function onInit(promise: object, awaited: object | undefined): void {
  if (isMuted) return
  try {
    if (segment.depth > 0 ? segment.current === unsampled : isSomeLeftOut && currentOrigin() === unsampled) {
      initUnsampled(promise, awaited)
      return
    }
    const isOfOthers = !last.isThen && mayBeOfOthers(promise, awaited)
    if (isOfOthers) last.isThen = isUnheardThen(promise, awaited)
    if (last.madeHere !== null) noteMadeHere(awaited)
    const isThen = last.isThen
    const named = awaited !== undefined && awaited === last.waiter ? last.awaited : null
    last.linked = null
    const callee = awaited === undefined ? null : calleeOf(awaited, isThen)
    last.thenMaker = null
    const plan = awaited === undefined ? initFresh(promise) : last.isThen ? initThen() : initAwait(promise, awaited)
    if (awaited !== undefined) {
      noteWait(promise, awaited, plan, isThen, named)
      if (isOfOthers) waits.markOfOthers()
    } else if (isThen) noteUnnamedThen(promise)
    if (plan === NOTHING) {
      if (callee !== null && last.linked !== null) callee.awaiter ??= last.isShared ? SEGMENT : last.linked
      return
    }
    let stack: RawStack | null = knownStack()
    if (stack === null) {
      const limit = beginCapture(segment.top > 40 ? segment.top * 4 + MAX_FRAMES : MAX_FRAMES)
      stack = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
      endCapture(limit)
      keepStack(stack)
    }
    if (plan === AWAIT) {
      const origin = pendingOriginOf(stack, 'async', 1)
      noteActivations(origin, segment.top)
      suspend(origin)
    } else if (plan === THEN) last.linked = pendingOriginOf(stack, 'then', 0)
    else valueCaptured(plan, stack)
    if (callee !== null && last.linked !== null) callee.awaiter ??= last.linked
    if (awaited !== undefined) {
      waits.setOrigin(last.linked)
      if (plan === THEN && isThen) noteThenIn(waits.newestMaker())
    } else if (last.linked !== null) new PromiseStamp(promise, last.linked)
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/**
 * The call that has just suspended, if it is what is awaited, and the other way around where a compiler's helper is
 * between: that awaits by `.then`, and calls it in the executor of the function's promise.
 */
function calleeOf(awaited: object, isThen: boolean): Origin | null {
  if (awaited === last.thenMaker) return last.thenOrigin
  return isThen && awaited === last.suspended && last.suspendedOrigin !== null ? last.suspendedOrigin : null
}

function noteThenIn(maker: object | null): void {
  last.thenMaker = maker
  last.thenOrigin = last.linked
}

function initUnsampled(promise: object, awaited: object | undefined): void {
  last.isThen = false
  last.suspended = null
  last.waiter = null
  if (awaited !== undefined) new PromiseStamp(promise, unsampled)
}

function noteWait(promise: object, awaited: object, plan: number, isThen: boolean, named: object | null): void {
  if (isThen) {
    // Nobody holds the promise of a function that runs: this one was made by hand, or its call has suspended.
    if (segment.top > 0) segment.forget(awaited)
    const adopting = waits.beginThen(promise, awaited, segment.innermost(), segment.top)
    if (adopting !== null) guardRing(adopting, awaited)
    return
  }
  const before = waits.newestAwait()
  const popped = plan === AWAIT && segment.top > 0 ? segment.innermost() : last.popped
  waits.beginAwait(last.linked, promise, awaited, named ?? popped, named !== null)
  if (plan === AWAIT) waits.markCaptured(segment.running, segment.top, segment.depth > 0)
  else if (named !== null || plan !== NOTHING) return
  else if (last.popped !== null) waits.markCaller(before)
  // A promise from before this burst, which others may await as well: V8 will not tell this place later.
  else if (last.marked === null && last.index === -1 && awaited !== last.settledCall && links.mayBeShared(awaited))
    captureAwait()
}

/** Of a promise of a subclass. Node's own are resolved with each other when it loads modules (20), never in a ring. */
function noteUnnamedThen(promise: object): void {
  const adopting = waits.takeAdopting()
  if (adopting === null || (getPrototypeOf(adopting) === getPrototypeOf(promise) && isOfNode(promise))) return
  guardRing(adopting, null)
}

function captureAwait(): void {
  const limit = beginCapture(FRAMES_TO_AWAIT)
  waits.markPlace(isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm())
  endCapture(limit)
}

export function onBefore(promise: object): void {
  if (isMuted) return
  try {
    if (last.madeHere !== null) noteMadeHere(undefined)
    const record = PromiseStamp.get(promise)
    const isOwn = (record instanceof Wait && record.isOwnAwaitOf(promise)) || getPrototypeOf(promise) === OwnPromises
    if (segment.enter(isOwn ? 0 : framesInterrupted())) {
      forgetName()
      turn.leave()
    }
    const origin = enterReaction(record, promise)
    if (origin !== null && origin.epoch === epoch) {
      segment.current = origin
      removePending(origin)
      noteMoved(origin)
    } else segment.current = null
    last.reset()
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/** @returns where the work of the reaction comes from. */
function enterReaction(record: unknown, promise: object): Origin | null {
  if (record instanceof Wait) {
    return reaction.enter(record, promise) ? record.origin : originOfJob(record, promise)
  }
  reaction.enterUnknown(promise)
  const made = links.madeIn(promise)
  if (made !== null) return originOfMade(made)
  return record instanceof Origin ? record : null
}

/** V8's job resolves the promise with another one, or with a thenable, whose `then()` it calls. */
function originOfJob(record: Wait, promise: object): Origin | null {
  if (record.kind !== OF_AWAIT) return record.origin
  // A function that still waits has returned nothing: the promise was taken for that of another one.
  return record.of === promise && record.on === null ? originOfReturned(record.origin, record.isNamed) : null
}

export function onAfter(_promise: object): void {
  if (isMuted) return
  try {
    if (last.madeHere !== null) noteMadeHere(undefined)
    if (ended.promise !== null) noteEnded()
    if (newest.wait !== null) forgetNewest()
    if (segment.depth === 0) return
    reaction.leave()
    last.reset()
    forgetName()
    segment.leave()
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

export function onSettled(promise: object): void {
  if (isMuted) return
  try {
    if (promise === last.waiter) {
      last.isSettled = true
      return
    }
    last.forgetSuspended()
    if (promise === last.madeHere) last.madeHere = null
    if (segment.top > 0 && segment.running[segment.top - 1] === promise) {
      // It ended without having suspended: nobody holds it yet.
      segment.pop()
      last.settledCall = promise
    } else {
      links.noteSettled(promise)
      if (reaction.resumed !== null) noteSettledBy(reaction.resumed, promise)
      if (segment.top === 0) return
      segment.forget(promise)
    }
    if (givenName !== null) nameAfterEnd(currentOrigin)
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/** The getter in place of `Promise[Symbol.species]` calls this: `.then` reads it, an await does not. */
export function onSpecies(): void {
  last.isThen = true
}

function initFresh(promise: object): number {
  if (last.isThen) return initThen()
  last.suspended = null
  last.waiter = null
  if (combinator.depth > 0) combinator.notePromise(promise)
  else if (!segment.push(promise)) forgetName()
  return NOTHING
}

function initThen(): number {
  last.isThen = false
  last.suspended = null
  last.waiter = null
  return combinator.depth === 0 ? THEN : NOTHING
}

/** The origin of work that waits for a promise. */
function pendingOriginOf(stack: RawStack, kind: Boundary, level: number): Origin {
  const origin = originOf(stack, kind, level)
  addPending(origin)
  return origin
}

/** The promise of the function that the present reaction has resumed; null if there is none. */
export function resumedFunction(): object | null {
  return segment.depth > 0 ? (reaction.resumed?.of ?? null) : null
}

/** The promises of which one is that of the function: it may have made the others by hand before it first awaited. Null if it is known. */
export function candidatesOfResumed(): readonly object[] | null {
  return segment.depth > 0 ? (reaction.resumed?.candidates ?? null) : null
}

/** @param isAmidst whether the program may have promises of its own already. */
export function startEpoch(isAmidst: boolean): void {
  beginEpoch(isAmidst)
  startSamplingEpoch(epoch)
  resetCaptures()
  // A ring may be there whose closing was not recorded, or will not be.
  leaveOutWalks(isBegunLate() || samplingRate() < 1)
  faults.count = 0
  faults.last = null
  reset()
}

/** What was recorded is not read again. */
export function endEpoch(): void {
  closeEpoch()
  reset()
}

export function recorderCounts(): { captures: number; faults: number; lastFault: string | null } {
  const message = faults.last instanceof Error ? faults.last.message : typeof faults.last
  return { captures, faults: faults.count, lastFault: faults.count === 0 ? null : message }
}

function reset(): void {
  waits.forgetWaits()
  forgetFailures()
  forgetLost()
  segment.reset()
  reaction.reset()
  last.reset()
  turn.reset()
  combinator.reset()
  forgetName()
}
