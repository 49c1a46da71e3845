/**
 * An await begins: where it continues, and whether a stack has to be captured for it. See recorder.ts for the events.
 */
import { getPrototypeOf } from '../engine/primordials.js'
import { epoch } from './epoch.js'
import { last } from './last-event.js'
import { Origin, type RawStack, SEGMENT } from './origin.js'
import { addPending, removePending } from './pending-stacks.js'
import { originOf } from './present.js'
import { reaction } from './reaction.js'
import { segment } from './segment.js'
import { PromiseStamp } from './stamp.js'
import { carryName, givenName, handNameToResumed } from './task-naming.js'
import { MadeIn } from './thenable-job.js'
import * as links from './wait-links.js'

/** What an init asks for: the raw stack is made in the hook itself, because each frame of it costs. */
export const NOTHING = 0
export const AWAIT = 1
export const THEN = 2
export const VALUE = 3
export const THENABLE = 4

/** Stands for an activation that began before tracing did: its promise is not known. */
const BEFORE_TRACING = {}

export function initAwait(promise: object, awaited: object): number {
  if (awaited === last.waiter) return initAwaitOfValue()
  last.waiter = promise
  last.awaited = awaited
  last.isSettled = false
  last.isShared = false
  last.index = -1
  last.popped = null
  const before = last.suspended
  last.before = before
  last.beforeOrigin = last.suspendedOrigin
  if (before !== null && before === awaited) {
    last.marked = last.suspendedOrigin as Origin
    if (segment.top === 0) return awaitBySegment()
    // The caller awaits the call that has just suspended: its place is in the same stack, a level lower.
    const { stack, level, parent, foldIn } = last.marked
    suspend(new Origin(stack, level + 1, parent, 'async', epoch, foldIn))
    return NOTHING
  }
  // What is awaited runs no more, so it leaves the activations: a promise made by hand, or a call of which
  // another promise was taken for the one that suspended. It may also be the running function's own
  // promise: then this is the first half of `await value`.
  last.index = segment.top > 0 ? segment.indexOf(awaited) : -1
  if (last.index !== -1) {
    segment.removeAt(last.index)
    last.madeHere = awaited
    last.isNewest = last.index === segment.top
  }
  const isLikelyCall = last.index !== -1 && !last.isSuspendedCertain
  last.marked = before !== null && (isLikelyCall || before === BEFORE_TRACING) ? last.suspendedOrigin : null
  // With a stack of its own, the reader can tell whether it was that call.
  return segment.top > 0 || last.marked !== null ? AWAIT : awaitBySegment()
}

function awaitBySegment(): number {
  if (segment.depth === 0 || segment.hasForgotten) return AWAIT
  last.isShared = true
  last.suspended = null
  if (last.marked !== null) {
    last.marked.awaiter = SEGMENT
    if (givenName !== null) handNameToResumed(last.marked, segment.current)
  }
  const { current } = segment
  last.origin = current
  if (current === null) return NOTHING
  if (current.newer === null && current.stack !== null) addPending(current)
  last.linked = current
  return NOTHING
}

export function noteActivations({ stack }: Origin, count: number): void {
  if (stack === null) return
  stack.activations = count
  stack.hasResumed = reaction.hasResumed()
}

/** @param awaited of the present event. */
export function noteMadeHere(awaited: object | undefined): void {
  const promise = last.madeHere as object
  last.madeHere = null
  if (last.origin === null || (awaited !== undefined && awaited === last.waiter)) return
  if (last.isShared) links.noteMadeIn(promise, new MadeIn(last.origin, null))
  else links.noteMadeIn(promise, new MadeIn(last.origin.parent, last.isNewest ? last.origin : null))
}

/** The running function awaits: its activation leaves the running ones. */
export function suspend(origin: Origin): void {
  if (last.marked !== null) last.marked.awaiter = origin
  last.origin = origin
  last.linked = origin
  last.suspendedOrigin = origin
  last.isSuspendedCertain = false
  last.suspended = BEFORE_TRACING
  if (segment.top === 0) return
  last.suspended = last.popped = segment.pop()
  if (givenName !== null) carryName(origin, last.marked)
}

/** The second half of `await value`: the first named the awaiting function's own promise. */
function initAwaitOfValue(): number {
  // The first half took the function's promise for one that it awaits: begin anew from there.
  if (last.popped !== null) segment.push(last.popped)
  if (last.index !== -1) segment.insertAt(last.index, last.awaited as object)
  if (last.marked !== null) last.marked.awaiter = null
  if (!last.isSettled) return THENABLE
  if (last.isShared && last.index !== -1) {
    // It was not the resumed function that began to await.
    if (last.origin !== null) removePending(last.origin)
    return VALUE
  }
  awaitOfValue(last.origin)
  return NOTHING
}

function awaitOfValue(origin: Origin | null): void {
  const outer = last.awaited as object
  const at = last.index
  const isShared = last.isShared && at === -1
  last.forgetAwaits()
  if (origin === null) return
  last.linked = origin
  if (isShared) return
  while (at !== -1 && segment.top > at) segment.pop()
  noteActivations(origin, at + 1)
  last.suspended = outer
  last.suspendedOrigin = origin
  last.isSuspendedCertain = true
  if (givenName !== null) carryName(origin, null)
}

export function valueCaptured(plan: number, raw: RawStack): void {
  const captured = originOf(raw, 'async', 1)
  // V8 will call the thenable's `then()` in a job of the wrapping promise.
  if (plan === THENABLE) {
    const { stack, parent, foldIn } = captured
    PromiseStamp.put(last.waiter as object, new Origin(stack, 0, parent, 'microtask', epoch, foldIn))
  }
  const isNeeded = last.isShared && last.index !== -1
  if (isNeeded) {
    if (last.origin !== null) removePending(last.origin)
    addPending(captured)
  }
  // A promise of another realm is wrapped, and V8 names it only later. With the stack of this await, the reader can
  // tell whether it was that of the call which has just suspended.
  const call = plan === THENABLE ? last.before : null
  if (call !== null && last.beforeOrigin !== null && getPrototypeOf(call) !== getPrototypeOf(last.waiter as object)) {
    last.beforeOrigin.awaiter = last.isShared ? captured : last.origin
  }
  awaitOfValue(isNeeded ? captured : last.origin)
}
