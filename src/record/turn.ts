import type { Origin } from './origin.js'

const NONE = -1

/**
 * The turn of the event loop that runs, by Node's id of what it calls back, and where its code comes from. To ask
 * Node for the object and the object for its record costs three look-ups; a turn asks at each thing that it
 * creates.
 */
class PresentTurn {
  id = NONE
  origin: Origin | null = null
  /** What a message or `AsyncResource.runInAsyncScope` says of the code that it calls; null outside. */
  scope: Origin | null = null

  /** @returns the origin. @param id 0 where Node names nothing: many different turns have it, and it is not kept. */
  enter(id: number, origin: Origin | null): Origin | null {
    this.id = id === 0 ? NONE : id
    this.origin = origin
    return origin
  }

  /** A promise, a message or another time of tracing: the same id may stand for a new turn. */
  leave(): void {
    this.id = NONE
    this.origin = null
  }

  /** Tracing begins or ends. */
  reset(): void {
    this.scope = null
    this.leave()
  }
}

export const turn = new PresentTurn()
