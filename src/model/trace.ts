import type { Frame } from './frame.js'
import type { Boundary, Task } from './task.js'

/** The name of the frame that stands where a path goes on into what was not traced. */
export const NOT_TRACED = '<not traced>'

/** The name of the frame that stands where a path goes on into a root task that sampling does not follow. */
export const NOT_SAMPLED = '<not sampled>'

/** One frame of a creation path. */
export interface TraceFrame extends Frame {
  /** 0 = innermost. */
  readonly indent: number
  /** The task that this frame created; on the last frame, the root task. */
  readonly task: Task | null
  readonly boundary: Boundary | null
  /** `boundary === 'executor'` */
  readonly isExecutor: boolean
  readonly threadId: number
  /** How many times in a row this frame and its group repeat; 1 if they do not. */
  readonly repeated: number
}

/** A creation path: how the program got to the code that asked for it. */
export interface AsyncTrace {
  /** Innermost first; the last is the root task. */
  readonly frames: readonly TraceFrame[]
  /** The running task; null if it is not known. */
  readonly currentTask: Task | null
  /** True while a worker thread runs a job. */
  readonly inExecutor: boolean
}
