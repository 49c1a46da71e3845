import { callersOf, liveSites, synchronousPart, withoutBelow } from '../engine/call-sites.js'
import { asWritten } from '../engine/compiled-calls.js'
import type { Site } from '../engine/site.js'
import type { Task } from '../model/task.js'
import type { AsyncTrace, TraceFrame } from '../model/trace.js'
import type { Origin } from '../record/origin.js'
import { currentOrigin } from '../record/present.js'
import { segment } from '../record/segment.js'
import { nameActivation, onTaskNamed } from '../record/task-naming.js'
import { originOfPresent } from '../record/unwound.js'
import { Walk, type WalkedPath } from './path-walk.js'
import { isSameTask, nameTask } from './tasks.js'

export interface WalkOptions {
  readonly internals: boolean
  readonly limit: number
}

const WHOLE: WalkOptions = { internals: false, limit: Number.POSITIVE_INFINITY }

/** The path of creation of the code that calls. Never runs code of the program's. */
export function creationPath(options: WalkOptions): AsyncTrace {
  const walk = new Walk(options.internals)
  walk.stack(presentPlaces())
  walk.chain(originOfPresent())
  return walk.trace(options.limit)
}

/** The synchronous stack of the code that calls, innermost first, as it was written. */
export function presentPlaces(): readonly Site[] {
  return asWritten(withoutBelow(synchronousPart(liveSites()), segment.framesBelow))
}

/**
 * The task that a piece of work belongs to, from its record; null where that is not known.
 *
 * @param bottom places of which one is in the function that the origin resumed: which of a stack's functions of Node's
 *   own are async is not known to the count.
 * @param beginsTask whether its function is a task of its own, though the caller awaits it.
 */
export function taskOfOrigin(
  origin: Origin | null,
  bottom: readonly Site[] | null = null,
  beginsTask = false,
): Task | null {
  const walk = new Walk(false, true, beginsTask)
  walk.chain(origin, true, bottom)
  return walk.task()
}

/** From the place that created a task to the root, from the record of its work. */
export function creationOfTask(
  origin: Origin | null,
  task: Task,
  bottom: readonly Site[] | null,
  beginsTask = false,
): readonly TraceFrame[] {
  const walk = new Walk(false, true, beginsTask)
  walk.chain(origin, false, bottom)
  const { frames } = walk.trace(Number.POSITIVE_INFINITY)
  const from = frames.findIndex((frame) => isSameTask(task, frame.task))
  return from === -1 ? [] : frames.slice(from)
}

/** The path of code that stood at these places. @param own empty where nothing of it can be told. */
export function creationPathFrom(
  own: readonly Site[],
  origin: Origin | null,
  options: WalkOptions = WHOLE,
): AsyncTrace {
  const walk = new Walk(options.internals)
  if (own.length > 0) walk.stack(own)
  walk.chain(origin)
  return walk.trace(options.limit)
}

/** The same, before frames are numbered and mapped. */
export function walkFrom(own: readonly Site[], origin: Origin | null): WalkedPath & { task(): Task | null } {
  const walk = new Walk(false)
  if (own.length > 0) walk.stack(own)
  walk.chain(origin)
  return walk
}

/** Of what nothing is known. */
export function unknownPath(): AsyncTrace {
  return creationPathFrom([], null)
}

/** The path of a job that was given to a pool: the pool's own frames left out, `executor` on the first. */
export function creationPathOf(job: Origin): AsyncTrace {
  const walk = new Walk(false)
  walk.chain(job)
  walk.asJob()
  return walk.trace(Number.POSITIVE_INFINITY)
}

/**
 * The same, without what other threads add: for another thread to read.
 *
 * @param hidden the innermost of the tracer's own functions that the program called.
 */
export function pathOfPresent(hidden: (...args: never[]) => unknown): WalkedPath {
  const walk = new Walk(false, false)
  walk.stack(asWritten(withoutBelow(synchronousPart(callersOf(hidden)), segment.framesBelow)))
  walk.chain(currentOrigin())
  return walk
}

/** The path of what an origin created, its own boundary on the first step. */
export function pathOfOrigin(origin: Origin): WalkedPath {
  const walk = new Walk(false, false)
  walk.chain(origin)
  return walk
}

/**
 * Names the running task. An async function that has not yet suspended takes the name along into the
 * task that it becomes.
 */
export function nameCurrentTask(name: string): void {
  if (!nameActivation(name)) nameTaskOfOrigin(currentOrigin(), name)
}

function nameTaskOfOrigin(origin: Origin | null, name: string): void {
  const walk = new Walk(false)
  walk.chain(origin)
  if (walk.currentTask !== null || !walk.isOpenEnded) nameTask(walk.currentTask, name)
}

onTaskNamed(nameTaskOfOrigin)
