import { ceil, ErrorOfRealm, max, min } from '../engine/primordials.js'
import { now } from '../engine/real-clock.js'
import { areWalksLeftOut, captureSyncStack } from '../engine/sync-capture.js'
import { segment } from './segment.js'

export { ErrorOfRealm }

/**
 * One raw stack is made by the hook itself, because each frame of it costs:
 *
 *     const limit = beginCapture(frames)
 *     const error = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
 *     endCapture(limit)
 */

/** Once captures have together taken so much more than usual, V8's walk is measured. */
const USUAL_CAPTURE_MS = 0.015
const MAX_SLOWNESS_MS = 1
/** Where the walk is what costs, so many captures follow without it as each bears this much. */
const WALK_BUDGET_MS = 0.005

/** Stacks since tracing was last switched on, known ones included. */
export let captures = 0
/** `performance.now()` at the newest capture. */
export let capturedAtMs = 0
/** False once `Error` was frozen: stacks are then as deep as the program lets them be. */
let canSetLimit = true
/** Of the newest capture. */
let framesWanted = 0
let capturesWithoutWalk = 0
let slownessMs = 0

export function resetCaptures(): void {
  captures = 0
}

/** In place of a capture: the stack is known. It makes up for captures that take longer because they are rare. */
export function noteKnown(): void {
  captures++
  capturedAtMs = now()
  slownessMs = 0
}

/** @returns the program's own limit, for `endCapture`. */
export function beginCapture(frames: number): number {
  captures++
  framesWanted = frames
  const limit = ErrorOfRealm.stackTraceLimit
  if (canSetLimit) setLimit(frames)
  capturedAtMs = now()
  return limit
}

/** Outside promise reactions V8 does not walk. */
export function isWalkOff(): boolean {
  return (capturesWithoutWalk > 0 || areWalksLeftOut) && segment.mayReactionRun()
}

export function endCapture(limit: number): void {
  if (canSetLimit) restoreLimit(limit)
  watchCapture()
}

/**
 * Slow captures again and again may be V8's walk over a long chain of promises, or a busy machine that lets other
 * processes run in the middle of them. So the stack of this very place is captured anew, with the walk and without.
 */
function watchCapture(): void {
  if (capturesWithoutWalk > 0) {
    capturesWithoutWalk--
    return
  }
  slownessMs += min(now() - capturedAtMs, MAX_SLOWNESS_MS / 2) - USUAL_CAPTURE_MS
  if (slownessMs < 0) slownessMs = 0
  else if (slownessMs > MAX_SLOWNESS_MS) {
    const walkMs = areWalksLeftOut || !segment.mayReactionRun() ? 0 : walkTime()
    if (walkMs > 0) capturesWithoutWalk = ceil(max(slownessMs, 4 * walkMs) / WALK_BUDGET_MS)
    slownessMs = 0
  }
}

/** What V8's walk costs a capture here, in ms, beyond what it costs to leave the walk out. */
function walkTime(): number {
  const limit = ErrorOfRealm.stackTraceLimit
  if (canSetLimit) setLimit(framesWanted)
  const walkMs = min(captureTime(captureWithWalk), captureTime(captureWithWalk))
  const syncMs = min(captureTime(captureSyncStack), captureTime(captureSyncStack))
  if (canSetLimit) restoreLimit(limit)
  return walkMs - syncMs
}

function captureWithWalk(ErrorToMake: ErrorConstructor): Error {
  return new ErrorToMake()
}

function captureTime(capture: (ErrorToMake: ErrorConstructor) => Error): number {
  const startedMs = now()
  capture(ErrorOfRealm)
  return now() - startedMs
}

function setLimit(frames: number): void {
  try {
    ErrorOfRealm.stackTraceLimit = frames
  } catch {
    canSetLimit = false
  }
}

function restoreLimit(limit: number): void {
  if (limit === undefined) delete (ErrorOfRealm as { stackTraceLimit?: number }).stackTraceLimit
  else ErrorOfRealm.stackTraceLimit = limit
}
