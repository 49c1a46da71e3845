import { NOT_FOLLOWED, Origin } from './origin.js'

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
/** Stands for the creator of all work that is not followed. It belongs to one epoch, as every record does. */
export let unsampled = endOfPath(-1)
/** A turn that is followed although its source was made by work that was not. */
let beyondSample = endOfPath(-1)
/** The source whose turn runs, for as long as no other object and no promise has been seen to run. */
let turnSource: object | null = null
let turnOrigin: Origin | null = null
/** Not `Math.random()`: the program may count on the numbers that it gives. */
let state = 0x9e3779b9

/** @param share of root tasks that are followed: above 0, up to 1. */
export function setSampling(share: number): void {
  rate = share
  leaveTurn()
}

export function samplingRate(): number {
  return rate
}

export function startSamplingEpoch(epoch: number): void {
  unsampled = endOfPath(epoch)
  beyondSample = endOfPath(epoch)
  leaveTurn()
}

/** The origin of the code that a source's turn runs. */
export function originOfTurn(resource: object, { origin }: Source): Origin {
  if (rate === 1 && origin !== unsampled) return origin
  if (resource !== turnSource || turnOrigin === null) {
    turnSource = resource
    turnOrigin = !isFollowed() ? unsampled : origin === unsampled ? beyondSample : origin
  }
  return turnOrigin
}

export function leaveTurn(): void {
  turnSource = null
  turnOrigin = null
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
