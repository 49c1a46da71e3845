import { ADOPT, AWAIT, THEN, TOLD, type Wait } from '../record/wait.js'

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

/** Whether it says that one promise was resolved with another. */
export function isAdoption(wait: Wait): boolean {
  return wait.kind === ADOPT
}

/** Whether the program itself told of it. */
export function isTold(wait: Wait): boolean {
  return wait.kind === TOLD
}
