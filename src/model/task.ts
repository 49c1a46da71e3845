import type { Frame } from './frame.js'

/** Where a path jumps from a task to the frame that created it. */
export type Boundary =
  | 'async'
  | 'then'
  | 'timeout'
  | 'interval'
  | 'immediate'
  | 'nextTick'
  | 'microtask'
  | 'callback'
  | 'executor'
  | 'worker'
  | 'rejection'

/** The boundary that created a task; `root` for the program itself. */
export type TaskKind = 'root' | Boundary

/** A unit of asynchronous work, and where it was created. */
export interface Task {
  /** Unique in its thread; assigned when the task is first read. The root task is 1. */
  readonly id: number
  /** `Task-<id>`, or the name set with `setTaskName`. */
  readonly name: string
  readonly kind: TaskKind
  /** `worker_threads.threadId`: 0 in the main thread. */
  readonly threadId: number
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number
  /** The frame that created the task; null for the root. */
  readonly createdAt: Frame | null
}
