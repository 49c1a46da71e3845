import { now } from '../engine/real-clock.js'
import { areWalksLeftOut } from '../engine/sync-capture.js'
import { mayReactionRun } from './segment.js'

/**
 * One raw stack is made by the hook itself, because each frame of it costs:
 *
 *     const limit = beginCapture(frames)
 *     const error = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
 *     endCapture(limit)
 */
export const ErrorOfRealm = Error

/** Once captures have together taken so much more than usual, as many follow without V8's walk as each bears this much. */
const USUAL_CAPTURE_MS = 0.015
const MAX_SLOWNESS_MS = 1
const WALK_BUDGET_MS = 0.005

/** Raw stacks since tracing was last switched on. */
export let captures = 0
/** `performance.now()` at the newest capture. */
export let capturedAtMs = 0
/** False once `Error` was frozen: stacks are then as deep as the program lets them be. */
let canSetLimit = true
let capturesWithoutWalk = 0
let slownessMs = 0

export function resetCaptures(): void {
  captures = 0
}

/** @returns the program's own limit, for `endCapture`. */
export function beginCapture(frames: number): number {
  captures++
  const limit = ErrorOfRealm.stackTraceLimit
  if (canSetLimit) setLimit(frames)
  capturedAtMs = now()
  return limit
}

/** Outside promise reactions V8 does not walk. */
export function isWalkOff(): boolean {
  return (capturesWithoutWalk > 0 || areWalksLeftOut) && mayReactionRun()
}

export function endCapture(limit: number): void {
  if (canSetLimit) restoreLimit(limit)
  watchCapture()
}

/** Slow captures again and again are V8's walk over a long chain of promises; one now and then is chance. */
function watchCapture(): void {
  if (capturesWithoutWalk > 0) {
    capturesWithoutWalk--
    return
  }
  const tookMs = now() - capturedAtMs
  slownessMs += Math.min(tookMs, MAX_SLOWNESS_MS / 2) - USUAL_CAPTURE_MS
  if (slownessMs < 0) slownessMs = 0
  else if (slownessMs > MAX_SLOWNESS_MS) {
    capturesWithoutWalk = Math.ceil(Math.max(slownessMs, 4 * tookMs) / WALK_BUDGET_MS)
    slownessMs = 0
  }
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
