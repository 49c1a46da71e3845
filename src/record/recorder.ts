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
 * Every line here is paid for by `benchmarks/promises.mjs`.
 */
import { getPrototypeOf } from '../engine/primordials.js'
import { captureSyncStack, leaveOutWalks } from '../engine/sync-capture.js'
import type { Boundary } from '../model/task.js'
import { beginCapture, captures, ErrorOfRealm, endCapture, isWalkOff, resetCaptures } from './capture.js'
import { beginEpoch, closeEpoch, epoch, isBegunLate } from './epoch.js'
import { faults } from './faults.js'
import { MAX_FRAMES, Origin, SEGMENT } from './origin.js'
import { framesInterrupted, isUnheardThen, OwnPromises } from './other-promises.js'
import { addPending, removePending } from './pending-stacks.js'
import { currentOrigin, originOf, resetPresent } from './present.js'
import { guardRing } from './rings.js'
import { samplingRate, startSamplingEpoch, unsampled } from './sampling.js'
import {
  current,
  depth,
  enterSegment,
  forgetActivation,
  forgot,
  indexOfActivation,
  innermostActivation,
  insertActivation,
  leaveSegment,
  popActivation,
  pushActivation,
  removeActivation,
  resetSegments,
  resumeFrom,
  running,
  top,
} from './segment.js'
import { PromiseStamp } from './stamp.js'
import { carryName, forgetName, givenName, handNameToResumed, nameAfterEnd } from './task-naming.js'
import { MadeIn, originOfMade, originOfReturned } from './thenable-job.js'
import { leaveTurn } from './turn.js'
import { AWAIT as OF_AWAIT, Wait } from './wait.js'
import * as waits from './waits.js'

/** The activation that suspended in the event just before, and its origin; null after any other event. */
let suspended: object | null = null
let suspendedOrigin: Origin | null = null
/** Whether V8 has named the suspended activation: `await value` does, `await promise` does not. */
let suspendedIsCertain = false
/** What the event just before awaited, to tell the second half of `await value`. */
let lastInit: object | null = null
let lastParent: object | null = null
let lastOrigin: Origin | null = null
/** The activation that had suspended just before that, and its origin. */
let lastSuspended: object | null = null
let lastSuspendedOrigin: Origin | null = null
/** Where the awaited promise stood among the activations (-1: nowhere), and which was then taken off. */
let lastIndex = -1
let lastPopped: object | null = null
let lastSettled = false
/** The call that ended last without having suspended. */
let lastSettledCall: object | null = null
/** Where the work that the present event announces comes from. */
let linked: Origin | null = null
/** The event just before shared the segment's origin, and what it took to be awaited by that function. */
let lastShared = false
let lastMarked: Origin | null = null
/** `Promise[Symbol.species]` has been read: the next init is of a `.then`. */
let thenMark = false
/** Inside a native combinator, whose own `.then` calls run no code of the program's. */
let combinators = 0
/** Where the combinator was called, if V8 will call a thenable's `then()` for one of its members; else null. */
let ofThenables: Origin | null = null
let isResultNext = false

/** The promise in whose executor the event just before called `.then`, and the origin of that `.then`; null after others. */
let thenMaker: object | null = null
let thenOrigin: Origin | null = null

/**
 * The promise that the event just before awaited, if it was made in this segment. Only the next event tells whether it
 * was the first half of `await value`.
 */
let awaitedLast: object | null = null
/** Whether it was the newest one. */
let isNewest = false

/** Stands for an activation that began before tracing did: its promise is not known. */
const BEFORE_TRACING = {}

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

/** What an init asks for: the raw stack is made in the hook itself, because each frame of it costs. */
const NOTHING = 0
const AWAIT = 1
const THEN = 2
const VALUE = 3
const THENABLE = 4

export function onInit(promise: object, awaited: object | undefined): void {
  if (isMuted) return
  try {
    if (depth > 0 ? current === unsampled : samplingRate() < 1 && currentOrigin() === unsampled) {
      initUnsampled(promise, awaited)
      return
    }
    if (getPrototypeOf(promise) !== OwnPromises || (awaited !== undefined && getPrototypeOf(awaited) !== OwnPromises)) {
      thenMark ||= isUnheardThen(promise, awaited)
    }
    if (awaitedLast !== null) noteAwaitedLast(awaited)
    const isThen = thenMark
    const named = awaited !== undefined && awaited === lastInit ? lastParent : null
    linked = null
    const callee = awaited === undefined ? null : calleeOf(awaited, isThen)
    thenMaker = null
    const plan = awaited === undefined ? initFresh(promise) : thenMark ? initThen() : initAwait(promise, awaited)
    if (awaited !== undefined) noteWait(promise, awaited, plan, isThen, named)
    else if (isThen) noteUnnamedThen()
    if (plan === NOTHING) {
      if (callee !== null && linked !== null) callee.awaiter ??= lastShared ? SEGMENT : linked
      return
    }
    const limit = beginCapture(top > 40 ? top * 4 + MAX_FRAMES : MAX_FRAMES)
    const error = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
    endCapture(limit)
    if (plan === AWAIT) {
      const origin = pendingOriginOf(error, 'async', 1)
      noteActivations(origin, top)
      suspend(origin)
    } else if (plan === THEN) linked = pendingOriginOf(error, 'then', 0)
    else valueCaptured(plan, error)
    if (callee !== null && linked !== null) callee.awaiter ??= linked
    if (awaited !== undefined) {
      waits.setOrigin(linked)
      if (plan === THEN && isThen) noteThenIn(waits.newestMaker())
    } else if (linked !== null) new PromiseStamp(promise, linked)
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
  if (awaited === thenMaker) return thenOrigin
  return isThen && awaited === suspended && suspendedOrigin !== null ? suspendedOrigin : null
}

function noteThenIn(maker: object | null): void {
  thenMaker = maker
  thenOrigin = linked
}

function initUnsampled(promise: object, awaited: object | undefined): void {
  thenMark = false
  suspended = null
  lastInit = null
  if (awaited !== undefined) new PromiseStamp(promise, unsampled)
}

function noteWait(promise: object, awaited: object, plan: number, isThen: boolean, named: object | null): void {
  if (isThen) {
    // Nobody holds the promise of a function that runs: this one was made by hand, or its call has suspended.
    if (top > 0) forgetActivation(awaited)
    const adopting = waits.beginThen(promise, awaited, innermostActivation(), top)
    if (adopting !== null) guardRing(adopting, awaited)
    return
  }
  const before = waits.newestAwait()
  const popped = plan === AWAIT && top > 0 ? innermostActivation() : lastPopped
  waits.beginAwait(linked, promise, awaited, named ?? popped, named !== null)
  if (plan === AWAIT) waits.markCaptured(running, top, depth > 0)
  else if (named !== null || plan !== NOTHING) return
  else if (lastPopped !== null) waits.markCaller(before)
  // A promise from before this burst, which others may await as well: V8 will not tell this place later.
  else if (lastMarked === null && lastIndex === -1 && awaited !== lastSettledCall && waits.mayBeShared(awaited))
    captureAwait()
}

/** Of a promise of a subclass. */
function noteUnnamedThen(): void {
  const adopting = waits.takeAdopting()
  if (adopting !== null) guardRing(adopting, null)
}

function captureAwait(): void {
  const limit = beginCapture(FRAMES_TO_AWAIT)
  waits.markPlace(isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm())
  endCapture(limit)
}

export function onBefore(promise: object): void {
  if (isMuted) return
  try {
    if (awaitedLast !== null) noteAwaitedLast(undefined)
    if (enterSegment(getPrototypeOf(promise) === OwnPromises ? 0 : framesInterrupted())) {
      forgetName()
      leaveTurn()
    }
    const origin = enterReaction(promise)
    if (origin !== null && origin.epoch === epoch) {
      resumeFrom(origin)
      removePending(origin)
    } else resumeFrom(null)
    forgetLast()
    thenMark = false
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/** @returns where the work of the reaction comes from. */
function enterReaction(promise: object): Origin | null {
  const record = PromiseStamp.get(promise)
  if (record instanceof Wait) {
    return waits.enterReaction(record, promise) ? record.origin : originOfJob(record, promise)
  }
  waits.enterUnknownReaction(promise)
  const made = waits.madeIn(promise)
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
    if (awaitedLast !== null) noteAwaitedLast(undefined)
    if (depth === 0) return
    waits.leaveReaction()
    forgetLast()
    forgetName()
    thenMark = false
    leaveSegment()
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

export function onSettled(promise: object): void {
  if (isMuted) return
  try {
    if (promise === lastInit) {
      lastSettled = true
      return
    }
    suspended = null
    thenMaker = null
    if (promise === awaitedLast) awaitedLast = null
    if (top > 0 && running[top - 1] === promise) {
      // It ended without having suspended: nobody holds it yet.
      popActivation()
      lastSettledCall = promise
    } else {
      waits.noteSettled(promise)
      if (top === 0) return
      forgetActivation(promise)
    }
    if (givenName !== null) nameAfterEnd(currentOrigin)
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/** The getter in place of `Promise[Symbol.species]` calls this: `.then` reads it, an await does not. */
export function onSpecies(): void {
  thenMark = true
}

function initFresh(promise: object): number {
  if (thenMark) return initThen()
  suspended = null
  lastInit = null
  if (combinators > 0) initInCombinator(promise)
  else if (!pushActivation(promise)) forgetName()
  return NOTHING
}

/** The combinator's own promise, then one for each member that is none of its realm. */
function initInCombinator(promise: object): void {
  if (isResultNext) isResultNext = false
  else if (ofThenables !== null) new PromiseStamp(promise, ofThenables)
}

function initThen(): number {
  thenMark = false
  suspended = null
  lastInit = null
  return combinators === 0 ? THEN : NOTHING
}

function initAwait(promise: object, awaited: object): number {
  if (awaited === lastInit) return initAwaitOfValue()
  lastInit = promise
  lastParent = awaited
  lastSettled = false
  lastShared = false
  lastIndex = -1
  lastPopped = null
  const before = suspended
  lastSuspended = before
  lastSuspendedOrigin = suspendedOrigin
  if (before !== null && before === awaited) {
    lastMarked = suspendedOrigin as Origin
    if (top === 0) return awaitBySegment()
    // The caller awaits the call that has just suspended: its place is in the same stack, a level lower.
    const { stack, level, parent, foldIn } = lastMarked
    suspend(new Origin(stack, level + 1, parent, 'async', epoch, foldIn))
    return NOTHING
  }
  // What is awaited runs no more, so it leaves the activations: a promise made by hand, or a call of which
  // another promise was taken for the one that suspended. It may also be the running function's own
  // promise: then this is the first half of `await value`.
  lastIndex = top > 0 ? indexOfActivation(awaited) : -1
  if (lastIndex !== -1) {
    removeActivation(lastIndex)
    awaitedLast = awaited
    isNewest = lastIndex === top
  }
  const isLikelyCall = lastIndex !== -1 && !suspendedIsCertain
  lastMarked = before !== null && (isLikelyCall || before === BEFORE_TRACING) ? suspendedOrigin : null
  // With a stack of its own, the reader can tell whether it was that call.
  return top > 0 || lastMarked !== null ? AWAIT : awaitBySegment()
}

function awaitBySegment(): number {
  if (depth === 0 || forgot) return AWAIT
  lastShared = true
  suspended = null
  if (lastMarked !== null) {
    lastMarked.awaiter = SEGMENT
    if (givenName !== null) handNameToResumed(lastMarked, current)
  }
  lastOrigin = current
  if (current === null) return NOTHING
  if (current.newer === null && current.stack !== null && current.stack.error !== null) addPending(current)
  linked = current
  return NOTHING
}

function noteActivations({ stack }: Origin, count: number): void {
  if (stack === null) return
  stack.activations = count
  stack.hasResumed = waits.hasResumed()
}

/** @param awaited of the present event. */
function noteAwaitedLast(awaited: object | undefined): void {
  const promise = awaitedLast as object
  awaitedLast = null
  if (lastOrigin === null || (awaited !== undefined && awaited === lastInit)) return
  if (lastShared) waits.noteMadeIn(promise, new MadeIn(lastOrigin, null))
  else waits.noteMadeIn(promise, new MadeIn(lastOrigin.parent, isNewest ? lastOrigin : null))
}

/** The running function awaits: its activation leaves the running ones. */
function suspend(origin: Origin): void {
  if (lastMarked !== null) lastMarked.awaiter = origin
  lastOrigin = origin
  linked = origin
  suspendedOrigin = origin
  suspendedIsCertain = false
  suspended = BEFORE_TRACING
  if (top === 0) return
  suspended = lastPopped = popActivation()
  if (givenName !== null) carryName(origin, lastMarked)
}

/** The second half of `await value`: the first named the awaiting function's own promise. */
function initAwaitOfValue(): number {
  // The first half took the function's promise for one that it awaits: begin anew from there.
  if (lastPopped !== null) pushActivation(lastPopped)
  if (lastIndex !== -1) insertActivation(lastIndex, lastParent as object)
  if (lastMarked !== null) lastMarked.awaiter = null
  if (!lastSettled) return THENABLE
  if (lastShared && lastIndex !== -1) return VALUE
  awaitOfValue(lastOrigin)
  return NOTHING
}

function awaitOfValue(origin: Origin | null): void {
  const outer = lastParent as object
  const at = lastIndex
  const isShared = lastShared && at === -1
  forgetLast()
  if (origin === null) return
  linked = origin
  if (isShared) return
  while (at !== -1 && top > at) popActivation()
  noteActivations(origin, at + 1)
  suspended = outer
  suspendedOrigin = origin
  suspendedIsCertain = true
  if (givenName !== null) carryName(origin, null)
}

function valueCaptured(plan: number, error: Error): void {
  const captured = originOf(error, 'async', 1)
  // V8 will call the thenable's `then()` in a job of the wrapping promise.
  if (plan === THENABLE) {
    const { stack, parent, foldIn } = captured
    PromiseStamp.put(lastInit as object, new Origin(stack, 0, parent, 'microtask', epoch, foldIn))
  }
  const isNeeded = lastShared && lastIndex !== -1
  if (isNeeded) addPending(captured)
  // A promise of another realm is wrapped, and V8 names it only later. With the stack of this await, the reader can
  // tell whether it was that of the call which has just suspended.
  const call = plan === THENABLE ? lastSuspended : null
  if (call !== null && lastSuspendedOrigin !== null && getPrototypeOf(call) !== getPrototypeOf(lastInit as object)) {
    lastSuspendedOrigin.awaiter = lastShared ? captured : lastOrigin
  }
  awaitOfValue(isNeeded ? captured : lastOrigin)
}

/** The origin of work that waits for a promise. */
function pendingOriginOf(error: Error, kind: Boundary, level: number): Origin {
  const origin = originOf(error, kind, level)
  addPending(origin)
  return origin
}

/** Something else has happened since the last activation suspended. */
export function forgetSuspended(): void {
  suspended = null
  thenMaker = null
}

/** The promise of the function that the present reaction has resumed; null where there is none. */
export function resumedFunction(): object | null {
  const wait = depth > 0 ? waits.presentReaction() : null
  return wait === null ? null : wait.of
}

/** @param thenables where it was called, if V8 will call a thenable's `then()` for one of its members. */
export function enterCombinator(thenables: Origin | null): void {
  combinators++
  ofThenables = thenables
  isResultNext = true
}

export function leaveCombinator(): void {
  // Tracing may have been switched off and on in between.
  if (combinators > 0) combinators--
  ofThenables = null
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
  resetSegments()
  resetPresent()
  combinators = 0
  ofThenables = null
  thenMark = false
  forgetName()
  forgetLast()
}

function forgetLast(): void {
  suspended = null
  thenMaker = null
  thenOrigin = null
  suspendedOrigin = null
  lastInit = null
  awaitedLast = null
  lastParent = null
  lastOrigin = null
  lastSuspended = null
  lastSuspendedOrigin = null
  lastPopped = null
  lastMarked = null
  lastSettledCall = null
}
