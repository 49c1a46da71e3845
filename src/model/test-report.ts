import type { Frame } from './frame.js'
import type { Leaf } from './leaf.js'

/** A chain of functions that a test began and that wait for each other; the innermost waits for something else. */
export interface WaitingCall {
  /** Outermost first. The test function itself is not among them unless it is the only one. */
  readonly frames: readonly Frame[]
  /** It is the test function, or a hook, that waits; nothing that it called does. */
  readonly isTestItself: boolean
  /** Where the outermost of them was called; null if that is not known. */
  readonly calledAt: Frame | null
  readonly waitsFor: readonly AwaitedThing[]
}

export interface AwaitedThing {
  /** What lies between: `Promise.all (index 0)`; null for a plain await. */
  readonly via: string | null
  readonly leaf: Leaf
  /** Of a promise that was made where it is awaited: the text of that line. */
  readonly source: string | null
}

/** A timer, socket, server, worker or child process that a test made and that is open. */
export interface OpenThing {
  /** With the program's line that made it. */
  readonly leaf: Leaf
  /** A package made it, not the program itself: a pool may keep it for other tests. */
  readonly isOfPackage: boolean
}

/** What a test began and has not ended. */
export interface TestWork {
  readonly waiting: readonly WaitingCall[]
  readonly open: readonly OpenThing[]
  /** Deadlocks among the waiting calls, in words. */
  readonly deadlocks: readonly string[]
}
