import type { Origin } from './origin.js'

/**
 * The turn of the event loop that runs, by Node's id of what it calls back, and where its code comes from. To ask
 * Node for the object and the object for its record costs three look-ups; a turn asks at each thing that it
 * creates.
 */
const NONE = -1

export let turnId = NONE
export let turnOrigin: Origin | null = null

/** @returns the origin. @param id 0 where Node names nothing: many different turns have it, and it is not kept. */
export function enterTurn(id: number, origin: Origin | null): Origin | null {
  turnId = id === 0 ? NONE : id
  turnOrigin = origin
  return origin
}

/** A promise, a message or another time of tracing: the same id may stand for a new turn. */
export function leaveTurn(): void {
  turnId = NONE
  turnOrigin = null
}
