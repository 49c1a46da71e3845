import { ADOPT, AWAIT, MEMBER, THEN, TOLD, type Wait } from '../record/wait.js'
import { memberText } from '../waits/links.js'

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

/** What lies between a waiter and what it waits for, in words; null for a plain await. */
export function viaOf(wait: PresentWait): string | null {
  switch (wait.kind) {
    case THEN:
      return 'then'
    case MEMBER:
      return wait.detail === null ? null : memberText(wait.detail)
    case ADOPT:
      return 'resolved with'
    default:
      return null
  }
}
