/**
 * The synchronous run of JavaScript that is in progress: the main script, a callback, a promise reaction. Its
 * *activations* are the calls of async functions within it, each known by its promise. Only functions here
 * write this state; V8 inlines them where it matters.
 */
import type { Origin } from './origin.js'
import type { Wait } from './wait.js'
import * as waits from './waits.js'

/** How far from the top an activation is looked for. */
const SEARCH = 8
/** More activations than this in one segment are forgotten, and the segment captures at every await. */
const MAX_ACTIVATIONS = 20_000

/** How many promise reactions enclose the present code; 0 in a callback of the event loop. */
export let depth = 0
/** The origin that the present reaction was resumed with; null where it is not known. */
export let current: Origin | null = null
/** The promises of the activations that run in this segment, and of promises made by hand in it. */
export let running: (object | null)[] = []
export let top = 0
/** True once activations were forgotten in this segment. */
export let forgot = false
/** How many frames of the code that this segment interrupts lie on the stack below its own. */
export let framesBelow = 0

/** Tracing was begun within a reaction, maybe, whose beginning was not heard. */
let mayBeAmid = false

interface OuterSegment {
  readonly reaction: Wait | null
  readonly current: Origin | null
  readonly running: (object | null)[]
  readonly top: number
  readonly forgot: boolean
  readonly framesBelow: number
  readonly depth: number
}
/** Segments that were interrupted by one within them: a `vm` context, a drain of the queue by native code. */
const outer: OuterSegment[] = []

/**
 * A promise reaction begins.
 *
 * @param below frames of the code that it interrupts, if that is known.
 * @returns false where it interrupts another segment.
 */
export function enterSegment(below: number): boolean {
  if (depth === 0 && below === 0) {
    depth = 1
    mayBeAmid = false
    clearActivations()
    return true
  }
  interrupt(below)
  return false
}

/** Code runs within other code, and comes from elsewhere. It ends with `leaveSegment`. */
export function enterBoundSegment(origin: Origin): void {
  interrupt(0)
  waits.interruptReaction()
  current = origin
}

function interrupt(below: number): void {
  outer[outer.length] = { current, running, top, forgot, framesBelow, depth, reaction: waits.presentReaction() }
  depth++
  running = []
  top = 0
  forgot = false
  framesBelow = below
}

export function leaveSegment(): void {
  clearActivations()
  depth--
  const saved = outer[outer.length - 1]
  if (saved?.depth === depth) {
    outer.length--
    ;({ current, running, top, forgot, framesBelow } = saved)
    waits.returnToReaction(saved.reaction)
  } else if (depth === 0) current = null
}

export function resumeFrom(origin: Origin | null): void {
  current = origin
}

/** Tracing begins or ends: whatever runs is not known. */
export function resetSegments(): void {
  depth = 0
  current = null
  running = []
  top = 0
  forgot = false
  framesBelow = 0
  outer.length = 0
  mayBeAmid = true
}

/** False where V8 runs no promise reaction for certain. */
export function mayReactionRun(): boolean {
  return depth > 0 || mayBeAmid
}

/** @returns false where too many ran: all others were forgotten. */
export function pushActivation(promise: object): boolean {
  const isTooMany = top === MAX_ACTIVATIONS
  if (isTooMany) {
    clearActivations()
    forgot = true
  }
  running[top++] = promise
  return !isTooMany
}

export function popActivation(): object {
  const promise = running[--top] as object
  running[top] = null
  return promise
}

/** The innermost activation, or a promise made by hand since; null where none runs in this segment. */
export function innermostActivation(): object | null {
  return top > 0 ? (running[top - 1] as object) : null
}

/** @returns -1 where it is not near the top. */
export function indexOfActivation(promise: object): number {
  const end = top > SEARCH ? top - SEARCH : 0
  for (let i = top - 1; i >= end; i--) if (running[i] === promise) return i
  return -1
}

export function forgetActivation(promise: object): void {
  const at = indexOfActivation(promise)
  if (at !== -1) removeActivation(at)
}

export function removeActivation(at: number): void {
  for (let i = at; i < top - 1; i++) running[i] = running[i + 1] as object
  running[--top] = null
}

export function insertActivation(at: number, promise: object): void {
  for (let i = top++; i > at; i--) running[i] = running[i - 1] as object
  running[at] = promise
}

function clearActivations(): void {
  while (top > 0) running[--top] = null
  forgot = false
}
