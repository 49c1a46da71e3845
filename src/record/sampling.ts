import { leaveOutWalks } from '../engine/sync-capture.js'
import { NOT_FOLLOWED, Origin } from './origin.js'
import { ResourceStamp } from './stamp.js'
import { turn } from './turn.js'

/**
 * Production mode: only some root tasks are followed. A *source* is an object that the event loop calls back
 * through many times (a server, a socket, a message port, an interval). Each *turn* of one begins a root task
 * (a request, a job, a tick of the clock), and whether it is followed is decided once, when the turn first
 * creates something. What grows from it inherits the decision with its record; so does all the rest of it.
 */
export class Source {
  readonly origin: Origin
  constructor(origin: Origin) {
    this.origin = origin
  }
}

let rate = 1
/** Work of a test runner itself is not followed, whatever the share. */
let isRunnerLeftOut = false
/** Whether some work may not be followed, for one reason or the other. */
export let isSomeLeftOut = false
/** Stands for the creator of all work that is not followed. It belongs to one epoch, as every record does. */
export let unsampled = endOfPath(-1)
/** A turn that is followed although its source was made by work that was not. */
let beyondSample = endOfPath(-1)
const UNKNOWN = {}
/** From this id of Node's on, what has no record is a tick of work that is not followed. */
let unmarkedFrom = Number.POSITIVE_INFINITY
/** Not `Math.random()`: the program may count on the numbers that it gives. */
let state = 0x9e3779b9

/** @param share of root tasks that are followed: above 0, up to 1. */
export function setSampling(share: number): void {
  rate = share
  isSomeLeftOut = share < 1 || isRunnerLeftOut
  // Nobody would see a ring being closed in work that is not followed.
  if (share < 1) leaveOutWalks(true)
  turn.leave()
}

export function samplingRate(): number {
  return rate
}

export function startSamplingEpoch(epoch: number): void {
  unsampled = endOfPath(epoch)
  beyondSample = endOfPath(epoch)
  unmarkedFrom = Number.POSITIVE_INFINITY
  isRunnerLeftOut = false
  isSomeLeftOut = rate < 1
  turn.leave()
}

/** A test runner has switched tracing on, before any test: however long it has run, no ring of promises is closed yet. */
export function markBeforeTests(): void {
  leaveOutWalks(rate < 1)
}

export function leaveOutRunner(): void {
  isRunnerLeftOut = true
  isSomeLeftOut = true
}

/** A source's turn begins. @returns the origin of the code that it runs. */
export function originOfTurn({ origin }: Source): Origin {
  if (rate === 1 && (origin !== unsampled || isRunnerLeftOut)) return origin
  if (!isFollowed()) return unsampled
  return origin === unsampled ? beyondSample : origin
}

/**
 * What the event loop calls back once gets no record at all where it is not followed: to mark all the ticks of a
 * request is a quarter of what production mode costs.
 */
export function leaveUnmarked(asyncId: number): void {
  if (asyncId < unmarkedFrom) unmarkedFrom = asyncId
}

/** Whether what is created now needs no record to be known as work that is not followed. */
export function areLeftUnmarked(): boolean {
  return unmarkedFrom !== Number.POSITIVE_INFINITY
}

/** Whether what has no record is work that is not followed. What was there before such work may have none either. */
export function isUnmarked(asyncId: number): boolean {
  return asyncId >= unmarkedFrom
}

/** Where the lack of a record would say that it is not followed. */
export function markUnknown(resource: object): void {
  if (areLeftUnmarked()) ResourceStamp.put(resource, UNKNOWN)
}

/** Xorshift of 32 bits. Source: G. Marsaglia, Xorshift RNGs, 2003. */
function isFollowed(): boolean {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32 < rate
}

function endOfPath(epoch: number): Origin {
  const end = new Origin(null, 0, null, 'async', epoch, 64)
  end.fold = NOT_FOLLOWED
  return end
}
