import type { Frame } from './frame.js'
import type { Task } from './task.js'

/** One function that is suspended, or a combinator between two of them. */
export interface StackEntry extends Frame {
  readonly async: boolean
  readonly kind: 'function' | 'async function' | 'async generator' | 'combinator'
}

/** The frames that a promise's async function is suspended in, and everything that awaits it. */
export interface PromiseCallStack {
  readonly task: Task | null
  /** Null for the running task, whose promise nobody may hold. */
  readonly promise: Promise<unknown> | null
  /** Innermost first, each at the line of its `await`. */
  readonly callStack: readonly StackEntry[]
  readonly awaitedBy: readonly PromiseCallStack[]
  /** True where this promise stands further out already: its awaiters are not repeated. */
  readonly cycle: boolean
  /** What of this answer nothing recorded, in a sentence; of the promise that was asked for only. */
  readonly incomplete?: string
}
