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

/** What a task is: the boundary that created it, or the program itself. */
export type TaskKind = 'root' | Boundary

/** One unit of asynchronous work with a place of creation. */
export interface Task {
  /** Unique in its thread; given when the task is first looked at. The root task is 1. */
  readonly id: number
  /** `Task-<id>` unless `setTaskName` gave another. */
  readonly name: string
  readonly kind: TaskKind
  /** `worker_threads.threadId`: 0 in the main thread. */
  readonly threadId: number
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number
  /** The frame that created the task; null for the root. */
  readonly createdAt: Frame | null
}
