import type { Frame } from './frame.js'
import type { Task } from './task.js'

/** A suspended function, or a combinator between two of them. */
export interface StackEntry extends Frame {
  readonly async: boolean
  readonly kind: 'function' | 'async function' | 'async generator' | 'combinator'
}

/**
 * The frames in which the async function of a promise is suspended, and everything that awaits it. A finite tree, linear
 * in the number of awaiters: an awaiter that is reached in several ways stands in it once, where it is nearest to the
 * promise, and is a reference everywhere else.
 */
export interface PromiseCallStack {
  /** Entries of a capture are numbered from 1, from top to bottom. A reference has the id of the entry that it refers to. */
  readonly id: number
  readonly task: Task | null
  /** Null for the running task, whose promise may be unreachable. */
  readonly promise: Promise<unknown> | null
  /** Innermost first, each at the line of its `await`; before them the combinators that led to this awaiter. */
  readonly callStack: readonly StackEntry[]
  /** Empty in a reference: see the entry of the same id. */
  readonly awaitedBy: readonly PromiseCallStack[]
  /** This reference closes a cycle: the awaiter waits for itself through others. */
  readonly cycle: boolean
  /** The entry with this id is elsewhere in the tree. */
  readonly isReference: boolean
  /** What may be missing, in a sentence; only in the outermost entry. */
  readonly incomplete?: string
  /** What `JSON.stringify` makes of it: the same as a flat list. Not enumerable. */
  toJSON(): CallStackJson
}

/**
 * What `JSON.stringify` makes of a call stack: a list in which each awaiter stands once. Its length grows with awaiters
 * and waits only, and it is flat: a chain of ten thousand awaiters does not overflow the stack.
 */
export interface CallStackJson {
  readonly version: 1
  /** The first entry is the requested promise. */
  readonly entries: readonly CallStackJsonEntry[]
  /** What may be missing, in a sentence. */
  readonly incomplete?: string
}

/** An awaiter, or the requested promise. */
export interface CallStackJsonEntry {
  readonly id: number
  readonly task: Task | null
  /** Innermost first. Combinators that lead to it are in `through` of each wait. */
  readonly callStack: readonly StackEntry[]
  readonly awaitedBy: readonly CallStackJsonWait[]
}

/** A wait for an entry. */
export interface CallStackJsonWait {
  /** The entry that waits. */
  readonly id: number
  /** The combinators in between, innermost first: `Promise.all (index 0)`. */
  readonly through: readonly string[]
  /** Whether this entry also waits for the waiting one. */
  readonly cycle: boolean
}
