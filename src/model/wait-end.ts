import type { ClientState } from './client-state.js'
import type { Frame } from './frame.js'
import type { Timer, Waker } from './resource.js'

/** What a wait ends in, as plain facts. `waits/leaf-names.ts` makes the text for a person. */
export interface WaitEnd {
  readonly waker: Waker
  /** The timer that rejects the promise if nothing settles it before; null for none. */
  readonly timeLimit: Timer | null
  /** The client that would settle it and has no connection; null for none. */
  readonly client: ClientState | null
  /** True if the event cannot happen any more. */
  readonly isNever: boolean
  /** Where the waker was made; null if that is not known. */
  readonly madeAt: Frame | null
}

/** @param known what is known besides the waker. */
export function endIn(waker: Waker, known: Partial<Omit<WaitEnd, 'waker'>> = {}): WaitEnd {
  return Object.freeze({ waker, timeLimit: null, client: null, isNever: false, madeAt: null, ...known })
}

/** Nobody has looked, or it has gone since. */
export const UNKNOWN_END = endIn({ kind: 'unknown' })

/** Whether something is known that would settle it. */
export function isKnownEnd({ waker }: WaitEnd): boolean {
  return waker.kind !== 'unknown' && waker.kind !== 'not found'
}
