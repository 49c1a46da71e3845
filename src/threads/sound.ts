/**
 * What comes from another thread or process is looked at before it is believed: it may have been killed in the middle
 * of writing, or mean harm. What cannot be is no path; what can be, but is a lie, cannot be told from the truth.
 */
import { includes } from '../engine/lists.js'
import { abs, isArray, isInteger } from '../engine/primordials.js'
import type { ForeignTask } from '../record/foreign.js'
import type { SharedMemory } from './shared-memory.js'
import {
  BOUNDARIES,
  type Description,
  HOPS_LEFT_OUT,
  NO_BOUNDARY,
  NOTE,
  type Run,
  type Segment,
  type SharedPath,
  type SharedStep,
} from './shared-step.js'

/** Milliseconds since the Unix epoch that a `Date` can be made of. */
const LAST_MS = 8.64e15

/** @throws {Error} */
export function soundText(memory: SharedMemory, ref: number): string {
  const text = memory.text(ref)
  if (text === null) throw new Error('a text is not as it was written')
  return text
}

/** @throws {Error} */
export function soundPath(path: SharedPath): SharedPath {
  checkTask(path.root)
  for (let i = 0; i < path.runs.length; i++) {
    const { turns, segments } = path.runs[i] as Run
    check(isCount(turns) && turns > 0)
    for (let j = 0; j < segments.length; j++) checkSegment(segments[j] as Segment)
  }
  return path
}

function checkSegment(segment: Segment): void {
  for (let i = 0; i < segment.length; i++) {
    const { ref, boundary, threadId, task, count } = segment[i] as SharedStep
    check(isInteger(ref) && ref >= HOPS_LEFT_OUT)
    check(
      boundary === NOTE ||
        boundary === NO_BOUNDARY ||
        (isCount(boundary) && boundary > 0 && boundary < BOUNDARIES.length),
    )
    check(boundary === NOTE || ref >= 0)
    check(isCount(threadId) && isCount(count))
    if (task !== null) checkTask(task)
  }
}

/** @throws {Error} */
export function soundDescription(value: unknown): Description {
  check(isArray(value))
  const parts = value as unknown[]
  const name = parts[0]
  const script = parts[1]
  const scriptHash = parts[2]
  const line = parts[3]
  const column = parts[4]
  check(name === null || typeof name === 'string')
  check(script === null || typeof script === 'string')
  check(scriptHash === null || typeof scriptHash === 'string')
  check((line === null || isCount(line)) && (column === null || isCount(column)))
  check(typeof parts[5] === 'boolean' && typeof parts[6] === 'boolean')
  return value as unknown as Description
}

export function isSoundTime(ms: unknown): boolean {
  return typeof ms === 'number' && abs(ms) <= LAST_MS
}

function checkTask({ id, name, kind, threadId, createdAtMs }: ForeignTask): void {
  check(isCount(id) && typeof name === 'string' && includes(BOUNDARIES, kind))
  check(isCount(threadId) && isSoundTime(createdAtMs))
}

function isCount(value: unknown): boolean {
  return isInteger(value) && (value as number) >= 0
}

function check(isSound: boolean): void {
  if (!isSound) throw new Error('a path holds what cannot be')
}
