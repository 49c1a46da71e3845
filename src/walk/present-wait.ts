import { ADOPT, AWAIT, MEMBER, THEN, TOLD, type Wait, type WaitDetail } from '../record/wait.js'

/** A wait that has not come. */
export interface PresentWait extends Wait {
  readonly on: object
  readonly waiter: object
}

/** An async function's; otherwise that of a promise. */
export function isAwait(wait: Wait): boolean {
  return wait.kind === AWAIT
}

/** Of a promise that `.then`, `.catch` or `.finally` returned. */
export function isThen(wait: Wait): boolean {
  return wait.kind === THEN
}

/** A member of `Promise.race` or `Promise.any`, which may settle without it. */
export function isRace({ detail }: Wait): boolean {
  return detail !== null && (detail.combinator === 'Promise.race' || detail.combinator === 'Promise.any')
}

/** Whether the program itself told of it. */
export function isTold(wait: Wait): boolean {
  return wait.kind === TOLD
}

/** A promise was resolved with another one. */
export const RESOLVED_WITH = 'resolved with'

/** What lies between a waiter and what it waits for, in words; null for a plain await. */
export function viaOf(wait: PresentWait): string | null {
  switch (wait.kind) {
    case THEN:
      return 'then'
    case MEMBER:
      return wait.detail === null ? null : memberOf(wait.detail)
    case ADOPT:
      return RESOLVED_WITH
    default:
      return null
  }
}

function memberOf({ combinator, index }: WaitDetail): string {
  return index === -1 ? combinator : `${combinator} (index ${index})`
}
