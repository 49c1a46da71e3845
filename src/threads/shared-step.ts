import type { Site } from '../engine/site.js'
import type { Boundary } from '../model/task.js'
import type { ForeignTask } from '../record/foreign.js'

/** One place of a path, as numbers that any thread can read. */
export interface SharedStep {
  /** Interned text of the place, or one of the notes below. */
  readonly ref: number
  readonly boundary: number
  readonly threadId: number
  readonly task: ForeignTask | null
  /** For `HOPS_LEFT_OUT`: how many. */
  readonly count: number
}

/** What one thread added to a path, innermost first. */
export type Segment = readonly SharedStep[]

/** Segments (innermost first) and how often they were gone through in a row. */
export interface Run {
  readonly turns: number
  readonly segments: readonly Segment[]
}

/** A path across threads, innermost first. It stays short however often a message goes to and fro. */
export interface SharedPath {
  readonly runs: readonly Run[]
  readonly root: ForeignTask
}

export const BOUNDARIES: readonly (Boundary | 'root')[] = [
  'root',
  'async',
  'then',
  'timeout',
  'interval',
  'immediate',
  'nextTick',
  'microtask',
  'callback',
  'executor',
  'worker',
  'rejection',
]
export const NO_BOUNDARY = 15
/** Stands for a step that is no place in the code. */
export const NOTE = 14
export const HOPS_LEFT_OUT = -1

/** A place, as it is told to others. */
export type Description = readonly [
  name: Site['name'],
  script: Site['script'],
  scriptHash: Site['scriptHash'],
  line: Site['line'],
  column: Site['column'],
  isModule: boolean,
  isMapped: boolean,
]
