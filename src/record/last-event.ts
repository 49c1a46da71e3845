import type { Origin } from './origin.js'
import type { Wait } from './wait.js'

/**
 * What the event just before was. What an event means often depends on it: `await call()` names the call that has just
 * suspended, and `await value` is announced in two halves. One object with fields, so that every part of the hot path
 * can write to it; it measures the same as module variables.
 */
class LastEvent {
  /** The activation that suspended in that event; null after any other event. */
  suspended: object | null = null
  suspendedOrigin: Origin | null = null
  /** Whether V8 has named the suspended activation: `await value` does, `await promise` does not. */
  isSuspendedCertain = false
  /** The call that ended last without having suspended. */
  settledCall: object | null = null

  /** Of an await: the promise that V8 made for it, which the second half of `await value` names. */
  waiter: object | null = null
  /** What it awaited, or the awaiting function's own promise if it was the first half of `await value`. */
  awaited: object | null = null
  /** The origin of what it suspended. */
  origin: Origin | null = null
  /** The activation that had suspended just before that await, and its origin. */
  before: object | null = null
  beforeOrigin: Origin | null = null
  /** Where the awaited promise stood among the activations (-1: nowhere), and which activation was then removed. */
  index = -1
  popped: object | null = null
  /** Whether `waiter` has settled: V8 wraps a plain value in a promise that settles at once. */
  isSettled = false
  /** Whether the await shared the segment's origin, and the origin of the call that it was taken to await. */
  isShared = false
  marked: Origin | null = null
  /**
   * The promise that it awaited, if that promise was made in this segment. Only the next event tells whether it was the
   * first half of `await value`.
   */
  madeHere: object | null = null
  /** Whether that promise was the newest one. */
  isNewest = false

  /** `Promise[Symbol.species]` has been read: the next init is of a `.then`. */
  isThen = false
  /** The promise in whose executor the event called `.then`, and the origin of that `.then`; null after others. */
  thenMaker: object | null = null
  thenOrigin: Origin | null = null

  /** The wait that the event began; null after any other. */
  wait: Wait | null = null
  /** Where the work comes from that the event announced. */
  linked: Origin | null = null

  /** Something else has happened since the last activation suspended. */
  forgetSuspended(): void {
    this.suspended = null
    this.thenMaker = null
  }

  /** Of the awaits before, nothing matters any more. What an await sets anew before anything reads it is left as it is. */
  forgetAwaits(): void {
    this.suspended = null
    this.suspendedOrigin = null
    this.settledCall = null
    this.waiter = null
    this.awaited = null
    this.origin = null
    this.before = null
    this.beforeOrigin = null
    this.popped = null
    this.marked = null
    this.madeHere = null
    this.thenMaker = null
    this.thenOrigin = null
  }

  /** A reaction begins or ends, or tracing does. */
  reset(): void {
    this.forgetAwaits()
    this.isThen = false
    this.wait = null
  }
}

export const last = new LastEvent()
