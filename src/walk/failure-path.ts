/** The path of an error: where the functions were called and the callbacks were set that it met first. */
import type { Site } from '../engine/call-sites.js'
import { includesText } from '../engine/primordials.js'
import { isAwaitedCall } from '../engine/source-text.js'
import type { AsyncTrace } from '../model/trace.js'
import { type Arrival, arrivalsOf, arrivalsOfPromise } from '../record/failures.js'
import { functionOf } from '../record/hop.js'
import { readStack } from '../record/pending-stacks.js'
import { reaction } from '../record/reaction.js'
import { beginningOf } from '../record/thenable-job.js'
import { AWAIT, Wait } from '../record/wait.js'
import { linksOf } from '../record/wait-links.js'
import { creationPathFrom, type WalkOptions } from './creation-path.js'
import { readPlace } from './present-waits.js'

/** Null where nothing of the program is known to have met the error. */
export function failurePath(error: unknown): AsyncTrace | null {
  return pathOfArrivals(arrivalsOf(error, reaction.resumed))
}

/** Of a promise that is rejected, that of its reason; of another one, where the work behind it began. */
export function promisePath(promise: object, options: WalkOptions): AsyncTrace {
  const arrivals = arrivalsOfPromise(promise)
  return (arrivals === null ? null : pathOfArrivals(arrivals, options)) ?? pathOfPending(promise, options)
}

/**
 * Packages meet most errors first. A connection that they share leads to the code that has opened it, so the path
 * begins with the first function of the program's own; without one, with the first of all.
 */
export function pathOfArrivals(arrivals: readonly Arrival[], options?: WalkOptions): AsyncTrace | null {
  let first: AsyncTrace | null = null
  for (let i = 0; i < arrivals.length; i++) {
    const path = pathOfArrival(arrivals[i] as Arrival, options)
    if (path === null) continue
    if (beginsInProgram(path)) return path
    first ??= path
  }
  return first
}

export function beginsInProgram({ frames }: AsyncTrace): boolean {
  const file = frames[0]?.filename ?? null
  return file !== null && !includesText(file, 'node_modules')
}

function pathOfArrival(arrival: Arrival, options: WalkOptions | undefined): AsyncTrace | null {
  const path = creationPathFrom(arrival.isAwait ? ownPlace(arrival) : null, arrival.origin, options)
  return path.frames[0]?.filename === null ? null : path
}

/** Where the function awaits; where it begins, if only the function is known. */
function ownPlace({ origin, place, isCaptured, isOfCall }: Arrival): Site | null {
  if (place !== null) return readPlace(place)
  if (isCaptured && origin.stack !== null) return readStack(origin.stack)[0] ?? null
  const own = functionOf(origin)
  if (own === null) return null
  return own.isModule || (isOfCall && isAwaitedCall(own)) ? own : beginningOf(own)
}

function pathOfPending(promise: object, options: WalkOptions): AsyncTrace {
  const links = linksOf(promise)
  if (!(links instanceof Wait) || links.origin === null) return creationPathFrom(null, null, options)
  const { origin, kind, place, isCaptured, isOfCall } = links
  const own = kind === AWAIT ? ownPlace({ origin, isAwait: true, place, isCaptured, isOfCall }) : null
  return creationPathFrom(own, origin, options)
}
