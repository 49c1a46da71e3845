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
  /** 1, or how often this and the frames of its group repeat in a row. */
  readonly repeated: number
}

/** The path of creation of the code that asked for it. */
export interface AsyncTrace {
  /** Innermost first; the last is the root task. */
  readonly frames: readonly TraceFrame[]
  /** The task that is running; null where tracing cannot know it. */
  readonly currentTask: Task | null
  /** True in a worker thread's job. */
  readonly inExecutor: boolean
}
