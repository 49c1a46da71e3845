import type { Dependency } from './deadlocks.js'
import type { Id, Settling } from './net.js'

/** On the way from a shown node down along promises. */
export interface WaitStep {
  readonly promise: Id
  readonly via: readonly string[]
  /** Whether a function of Node.js lies above: how that one waits is not shown. */
  readonly isInternal: boolean
  readonly mode: Dependency['mode']
  /** Whether it is said already which function has returned the promise: that it was resolved with another one. */
  readonly isReturnSaid: boolean
}

/** Past a settling. */
export function onward(
  { via, isInternal, mode, isReturnSaid }: WaitStep,
  settling: Settling,
): Omit<WaitStep, 'promise'> {
  const next = isInternal && settling.kind !== 'import()' ? null : viaOf(settling)
  const isSaid = next === null || (next === RESOLVED_WITH && (isReturnSaid || via.at(-1) === next))
  return {
    via: isSaid ? via : [...via, next],
    isInternal,
    mode: mode === 'any' ? mode : settling.mode,
    isReturnSaid: isReturnSaid && settling.kind === 'resolved with',
  }
}

/** What a link says if a promise was resolved with another one, however often, and it is not known by what. */
const RESOLVED_WITH = 'resolved with another promise'

/** That one promise was resolved with the next tells nothing just above the end of the way, or an `import()`. */
export function withoutAdoptions(via: readonly string[]): readonly string[] {
  const last = via.findLastIndex((each) => each !== RESOLVED_WITH)
  return via.slice(0, last + 1)
}

/** What a link says if a function that will run has the resolver. */
export const HELD_RESOLVER = 'a held resolver'

/** What lies between two promises, in words; null if that tells a reader nothing. */
export function viaOf({ kind, member, callback, returnedBy }: Settling): string | null {
  switch (kind) {
    case 'combinator':
      return member === undefined ? null : memberText(member)
    case 'then':
    case 'finally':
      // Without a callback: between Node's own functions.
      if (callback === null) return null
      return callback.name === '' ? kind : `${kind} (${callback.name})`
    case 'held resolver':
      return HELD_RESOLVER
    case 'told':
      return null
    case 'resolved with':
      return returnedBy === undefined ? RESOLVED_WITH : `returned by ${returnedBy}()`
    case 'queued call':
      return 'queued behind an earlier call'
    default:
      return kind
  }
}

/** `Promise.all (index 2)` */
export function memberText({ combinator, index }: NonNullable<Settling['member']>): string {
  return index === -1 ? combinator : `${combinator} (index ${index})`
}
