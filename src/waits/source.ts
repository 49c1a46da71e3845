import type { Frame } from '../model/frame.js'
import type { Task } from '../model/task.js'
import type { WaitEnd } from '../model/wait-end.js'
import type { AsyncFunction, Id, Settling, WaitNet } from './net.js'

/** A part of a resource with a queue that is in use. */
export interface HeldPart {
  /** The suspended functions that have it: any of them may give it back. */
  readonly functions: readonly Id[]
  /** Promises after which it is given back, by a callback of theirs. */
  readonly after: readonly Id[]
  /** Promises for which it is at work: it may be given back once one of them settles. */
  readonly atWorkFor: readonly Id[]
  /** Something else of the program may give it back: a callback, a timer. */
  readonly isElsewhere: boolean
  /** Of one that nobody has: who opened the connection in it, if that was recorded. */
  readonly openedAt?: Frame
}

/** The parts of a resource that are in use. One that waits for it needs one of them to be given back, or all. */
export interface HeldParts {
  readonly parts: readonly HeldPart[]
  readonly mode: 'any' | 'all'
  /** Functions that may give one back later, and have none now as far as is known. */
  readonly later?: readonly Id[]
  /** Who has them is shown, but others may give one back as well. */
  readonly isOpen?: boolean
  /** How many there are is not known: one stands for all. */
  readonly isUncounted?: boolean
}

/** What would settle a promise that neither a function nor another promise settles. */
export type Settler =
  /** Another promise, for example that of a `.then` whose callback can reach the resolver. */
  | { readonly kind: 'settlings'; readonly settlings: readonly Settling[] }
  /** The suspended functions that alone can reach the resolver. `end` says so where no link can. */
  | { readonly kind: 'functions'; readonly ids: readonly Id[]; readonly end: WaitEnd }
  /** A timer, a socket, an object of the program, or nothing that is known. */
  | {
      readonly kind: 'end'
      /** Tells whether two promises have the same one. */
      readonly key: Id
      readonly end: WaitEnd
      readonly heldBy?: HeldParts
      /** What can lead to the resolver, if it was looked up; that is not shown. */
      readonly settledBy?: HeldPart
    }

/** Where knowledge of waits comes from: records, a heap snapshot, the memory of a process. */
export interface WaitSource {
  readonly net: WaitNet
  /** Asked once for each promise that nothing in the net settles. */
  settlerOf(promise: Id): Settler
  /** Whether `inner` was called by `outer`, which awaits it, and so runs in the same task. */
  isOneTask(outer: AsyncFunction, inner: AsyncFunction): boolean
  /** A task for one function and those that it alone awaits, whoever else awaits it. */
  ownTask(outermost: AsyncFunction): Task | null
}
