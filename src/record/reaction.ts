import { noteResumed } from './failures.js'
import { last } from './last-event.js'
import { unlistWait } from './listed-waits.js'
import { releaseUnknown } from './unknown-functions.js'
import { AWAIT, type Wait } from './wait.js'
import { noteSettled } from './wait-links.js'

/** What a reaction within another one leaves to go on with. */
export interface OuterReaction {
  readonly resumed: Wait | null
  readonly maker: object | null
  readonly activations: number
}

/** The promise reaction that V8 runs now. */
class PresentReaction {
  /** The wait that it has resumed; null outside reactions, and for an unknown wait. */
  resumed: Wait | null = null
  /** If it is of a `.then`: the promise in whose executor that may have been called, and how many activations ran then. */
  maker: object | null = null
  activations = 0
  /** The promise that V8's job resolves with another promise or with a thenable. */
  adopting: object | null = null

  /**
   * A reaction of a known wait begins. Hot.
   *
   * @returns false if it is V8's job that resolves the promise with another one or with a thenable.
   */
  enter(wait: Wait, promise: object): boolean {
    this.maker = null
    if (wait.on === null || wait.waiter !== promise) {
      this.resumed = null
      this.adopting = promise
      return false
    }
    this.adopting = null
    this.resumed = wait
    if (wait.rare !== null && wait.kind !== AWAIT) {
      this.maker = wait.rare.caller ?? wait.rare.maker
      this.activations = wait.rare.activations
    }
    // It may have settled before it was first seen.
    if (wait.place !== null) noteSettled(wait.on)
    noteResumed(wait, wait.on)
    wait.end()
    unlistWait(wait)
    return true
  }

  /** A reaction begins of which no wait is known. */
  enterUnknown(promise: object): void {
    this.resumed = null
    this.maker = null
    this.adopting = promise
  }

  leave(): void {
    const { resumed } = this
    if (resumed !== null && resumed.on === null) {
      resumed.setCandidates(null)
      if (resumed.isHeld) releaseUnknown(resumed)
    }
    this.reset()
  }

  /** Whether it has resumed a function that is known. */
  hasResumed(): boolean {
    return this.resumed !== null && this.resumed.kind === AWAIT
  }

  /** Code runs within the reaction that is no part of it. @returns what `returnTo` takes. */
  interrupt(): OuterReaction {
    const { resumed, maker, activations } = this
    this.reset()
    last.wait = null
    return { resumed, maker, activations }
  }

  returnTo({ resumed, maker, activations }: OuterReaction): void {
    this.resumed = resumed
    this.maker = maker
    this.activations = activations
  }

  /** No reaction runs. */
  reset(): void {
    this.resumed = null
    this.maker = null
    this.adopting = null
  }
}

export const reaction = new PresentReaction()
