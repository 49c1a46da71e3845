import type { Origin } from './origin.js'
import { type OuterReaction, reaction } from './reaction.js'

/** How far from the top an activation is looked for. */
const SEARCH = 8
/** More activations than this in one segment are forgotten, and the segment captures at every await. */
const MAX_ACTIVATIONS = 20_000

interface OuterSegment {
  readonly reaction: OuterReaction
  readonly current: Origin | null
  readonly running: (object | null)[]
  readonly top: number
  readonly hasForgotten: boolean
  readonly framesBelow: number
  readonly depth: number
}

/**
 * The synchronous run of JavaScript that is in progress: the main script, a callback, a promise reaction. Its
 * *activations* are the calls of async functions within it, each known by its promise. V8 inlines the methods where it
 * matters.
 */
class RunningSegment {
  /** How many promise reactions enclose the present code; 0 in a callback of the event loop. */
  depth = 0
  /** The origin that the present reaction was resumed with; null if it is not known. */
  current: Origin | null = null
  /** The promises of the activations that run in this segment, and of promises made by hand in it. */
  running: (object | null)[] = []
  top = 0
  /** True once activations were forgotten in this segment. */
  hasForgotten = false
  /** Whether a promise of a subclass or of another realm was made in the outermost segment or in one within it. */
  hasOthers = false
  /** How many frames of the code that this segment interrupts lie on the stack below its own. */
  framesBelow = 0
  /** Tracing was begun within a reaction, maybe, whose beginning was not heard. */
  #mayBeAmid = false
  /** Segments that were interrupted by one within them: a `vm` context, a drain of the queue by native code. */
  readonly #outer: OuterSegment[] = []

  /**
   * A promise reaction begins.
   *
   * @param below frames of the code that it interrupts, if that is known.
   * @returns false if it interrupts another segment.
   */
  enter(below: number): boolean {
    if (this.depth === 0 && below === 0) {
      this.depth = 1
      this.hasOthers = false
      this.#mayBeAmid = false
      this.#clear()
      return true
    }
    this.#interrupt(below)
    return false
  }

  /** Code runs within other code, and comes from elsewhere. It ends with `leave()`. */
  enterBound(origin: Origin): void {
    this.#interrupt(0)
    this.current = origin
  }

  #interrupt(framesBelow: number): void {
    const { current, running, top, hasForgotten, depth } = this
    const outer = { current, running, top, hasForgotten, framesBelow: this.framesBelow, depth }
    this.#outer[this.#outer.length] = { ...outer, reaction: reaction.interrupt() }
    this.depth++
    this.running = []
    this.top = 0
    this.hasForgotten = false
    this.framesBelow = framesBelow
  }

  leave(): void {
    this.#clear()
    this.depth--
    if (this.depth === 0) this.hasOthers = false
    const outer = this.#outer
    const { length } = outer
    // Not `outer[length - 1]` of an empty list: V8 looks for '-1' in all of its prototypes, at each reaction's end.
    const saved = length > 0 ? outer[length - 1] : undefined
    if (saved?.depth === this.depth) {
      outer.length--
      this.current = saved.current
      this.running = saved.running
      this.top = saved.top
      this.hasForgotten = saved.hasForgotten
      this.framesBelow = saved.framesBelow
      reaction.returnTo(saved.reaction)
    } else if (this.depth === 0) this.current = null
  }

  /** Tracing begins or ends: whatever runs is not known. */
  reset(): void {
    this.depth = 0
    this.current = null
    this.running = []
    this.top = 0
    this.hasForgotten = false
    this.hasOthers = false
    this.framesBelow = 0
    this.#outer.length = 0
    this.#mayBeAmid = true
  }

  /** False if V8 certainly runs no promise reaction. */
  mayReactionRun(): boolean {
    return this.depth > 0 || this.#mayBeAmid
  }

  /** @returns false if too many ran: all others were forgotten. */
  push(promise: object): boolean {
    const isTooMany = this.top === MAX_ACTIVATIONS
    if (isTooMany) {
      this.#clear()
      this.hasForgotten = true
    }
    this.running[this.top++] = promise
    return !isTooMany
  }

  pop(): object {
    const at = --this.top
    const promise = this.running[at] as object
    this.running[at] = null
    return promise
  }

  /** The innermost activation, or a promise made by hand since; null if none runs in this segment. */
  innermost(): object | null {
    return this.top > 0 ? (this.running[this.top - 1] as object) : null
  }

  /** @returns -1 if it is not near the top. */
  indexOf(promise: object): number {
    const { running, top } = this
    const end = top > SEARCH ? top - SEARCH : 0
    for (let i = top - 1; i >= end; i--) if (running[i] === promise) return i
    return -1
  }

  forget(promise: object): void {
    const at = this.indexOf(promise)
    if (at !== -1) this.removeAt(at)
  }

  removeAt(at: number): void {
    const { running } = this
    const end = --this.top
    for (let i = at; i < end; i++) running[i] = running[i + 1] as object
    running[end] = null
  }

  insertAt(at: number, promise: object): void {
    const { running } = this
    for (let i = this.top++; i > at; i--) running[i] = running[i - 1] as object
    running[at] = promise
  }

  #clear(): void {
    while (this.top > 0) this.running[--this.top] = null
    this.hasForgotten = false
  }
}

export const segment = new RunningSegment()
