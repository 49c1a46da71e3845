/**
 * What comes from another thread or process is looked at before it is believed: it may have been killed in the middle
 * of writing, or mean harm. What cannot be is no path; what can be, but is a lie, cannot be told from the truth.
 */
import type { ForeignTask } from '../record/foreign.js'
import type { SharedMemory } from './shared-memory.js'
import { BOUNDARIES, type Description, HOPS_LEFT_OUT, NO_BOUNDARY, NOTE, type SharedPath } from './shared-step.js'

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
  for (const { turns, segments } of path.runs) {
    check(isCount(turns) && turns > 0)
    for (const { ref, boundary, threadId, task, count } of segments.flat()) {
      check(Number.isInteger(ref) && ref >= HOPS_LEFT_OUT)
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
  return path
}

/** @throws {Error} */
export function soundDescription(value: unknown): Description {
  check(Array.isArray(value))
  const [name, script, scriptHash, line, column, isModule, isMapped] = value as unknown[]
  check(name === null || typeof name === 'string')
  check(script === null || typeof script === 'string')
  check(scriptHash === null || typeof scriptHash === 'string')
  for (const position of [line, column]) check(position === null || isCount(position))
  check(typeof isModule === 'boolean' && typeof isMapped === 'boolean')
  return value as unknown as Description
}

export function isSoundTime(ms: unknown): boolean {
  return typeof ms === 'number' && Math.abs(ms) <= LAST_MS
}

function checkTask({ id, name, kind, threadId, createdAtMs }: ForeignTask): void {
  check(isCount(id) && typeof name === 'string' && BOUNDARIES.includes(kind))
  check(isCount(threadId) && isSoundTime(createdAtMs))
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0
}

function check(isSound: boolean): void {
  if (!isSound) throw new Error('a path holds what cannot be')
}
