import { ADOPT, AWAIT, HELD, MEMBER, THEN, TOLD, type Wait, type WaitDetail } from '../record/wait.js'

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

/** Whether the program itself told of it. */
export function isTold(wait: Wait): boolean {
  return wait.kind === TOLD
}

/** Of a promise whose resolver a suspended function holds. */
export function isHeld(wait: Wait): boolean {
  return wait.kind === HELD
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
    case HELD:
      return 'a held resolver'
    default:
      return null
  }
}

function memberOf({ combinator, index }: WaitDetail): string {
  return index === -1 ? combinator : `${combinator} (index ${index})`
}
