import { isPromiseResolver } from '../engine/promise-resolvers.js'
import { runningResource } from '../engine/running-resource.js'
import { captureSyncStack } from '../engine/sync-capture.js'
import type { Boundary } from '../model/task.js'
import { beginCapture, capturedAtMs, ErrorOfRealm, endCapture, isWalkOff } from './capture.js'
import { countFault, faults } from './faults.js'
import { keepStack, knownStack } from './known-stacks.js'
import { last } from './last-event.js'
import { MAX_FRAMES, type Origin, type RawStack } from './origin.js'
import { addPendingResource, addShortTimer } from './pending-resources.js'
import { currentOrigin, isBareTurn, isNotFollowed, originOf, originOfResource } from './present.js'
import { areLeftUnmarked, markUnknown, Source, unsampled } from './sampling.js'
import { segment } from './segment.js'
import { ResourceStamp } from './stamp.js'
import * as links from './wait-links.js'

/** How the event loop calls back through an object: once and soon, once and perhaps late, or often. */
export type Use = 'soon' | 'late' | 'often'

/** What fires sooner is let go of soon enough by itself. */
const LONG_TIMER_MS = 500

/** @param timer Node's object. */
export function isLongTimer(timer: object): boolean {
  const delayMs = (timer as { _idleTimeout?: unknown })._idleTimeout
  return typeof delayMs === 'number' && delayMs >= LONG_TIMER_MS
}

/** A dump takes longer than this: a timer that fires sooner is hardly found by one, and would cost a capture each. */
const SHORT_TIMER_MS = 10

function isWaitingTimer(resource: object): boolean {
  const delayMs = (resource as { _idleTimeout?: unknown })._idleTimeout
  return typeof delayMs === 'number' && delayMs >= SHORT_TIMER_MS
}

/**
 * Links an object that the event loop will call back through to the place that created it.
 *
 * @param use for how long: a moment, longer, or again and again.
 * @param callback what will be called, where it is known.
 */
export function recordCreation(resource: object, kind: Boundary, use: Use, callback: unknown = null): void {
  try {
    const present = currentOrigin()
    if (present !== unsampled && isBareResolver(resource, use, callback)) return
    const parent = creatorOf(resource, use, present)
    if (parent === unsampled) return
    let stack: RawStack | null = knownStack()
    if (stack === null) {
      const limit = beginCapture(MAX_FRAMES)
      stack = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
      endCapture(limit)
      keepStack(stack)
    }
    recordCaptured(resource, kind, use, stack, parent)
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/**
 * The first half of `recordCreation`, for callers that make the raw stack themselves: a frame less each.
 *
 * @returns the origin to record it with; `unsampled` where all is recorded and no stack is needed.
 */
export function creatorOf(resource: object, use: Use, parent: Origin | null): Origin | null {
  last.forgetSuspended()
  if (parent !== unsampled) return parent
  // A source outlives the turn that makes it (a connection that a server accepts): followed or not, it is recorded.
  const creator = use === 'often' && isBareTurn() ? originOfResource(runningResource()) : null
  if (creator !== null && creator !== unsampled) return creator
  if (use === 'often') ResourceStamp.put(resource, new Source(unsampled))
  else if (!areLeftUnmarked()) ResourceStamp.put(resource, unsampled)
  return unsampled
}

/**
 * None of the program's code runs in a bare resolver: only a dump asks for the place of what calls one. A timer may be
 * what a dump finds.
 */
export function isBareResolver(resource: object, use: Use, callback: unknown): boolean {
  if (use !== 'soon' || !isPromiseResolver(callback) || isWaitingTimer(resource)) return false
  markUnknown(resource)
  return true
}

/** The second half: the raw stack is there. */
export function recordCaptured(
  resource: object,
  kind: Boundary,
  use: Use,
  stack: RawStack,
  parent: Origin | null,
): void {
  const origin = originOf(stack, kind, 0, parent)
  ResourceStamp.put(resource, use === 'often' ? new Source(origin) : origin)
  if (use !== 'soon') addPendingResource(resource, capturedAtMs)
  else if (kind === 'timeout' || kind === 'immediate') addShortTimer(resource, capturedAtMs)
}

/** A timer or native operation was begun: by the executor or function that runs innermost, if any does. */
export function noteResource(resource: object, type: string): void {
  try {
    const activation = segment.innermost()
    if (activation !== null) links.noteResource(activation, resource, type)
  } catch (error) {
    countFault(error)
  }
}

/** An emitter settles a promise when an event comes. @param isAlone nothing else can settle it. */
export function noteEvent(promise: unknown, emitter: unknown, event: unknown, isAlone: boolean): void {
  try {
    if (typeof promise !== 'object' || promise === null || typeof emitter !== 'object' || emitter === null) return
    links.noteResource(promise, emitter, 'EVENT', event, isAlone)
  } catch (error) {
    countFault(error)
  }
}

/** `stream.finished()` or `pipeline()` settles a promise when a stream has ended. */
export function noteStreamEnd(promise: unknown, stream: unknown): void {
  try {
    if (typeof promise !== 'object' || promise === null || typeof stream !== 'object' || stream === null) return
    links.noteResource(promise, stream, 'STREAM_END')
  } catch (error) {
    countFault(error)
  }
}

/** The origin of what the present code creates without an object to link it to; null where none could be made. */
export function recordPresent(kind: Boundary): Origin | null {
  if (isNotFollowed()) return unsampled
  const resource = {}
  recordCreation(resource, kind, 'soon')
  return originOfResource(resource)
}
