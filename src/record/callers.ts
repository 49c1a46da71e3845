import { isYieldedCall } from '../engine/compiled-helpers.js'
import { every, filter, findIndex, findLastIndex, joined, slice, some } from '../engine/lists.js'
import { type Site, sameFunction } from '../engine/site.js'
import { isAwaitOfCall } from '../engine/source-text.js'
import { type Hop, type Origin, SEGMENT } from './origin.js'
import { isAsync, isPromiseConstructor, levelOf, runningPlaces, stepDown, waitingCall } from './stack-places.js'

type Callers = Pick<Hop, 'sites' | 'boundaryAt' | 'boundary' | 'task'>

export const CONTINUES = { boundaryAt: -1, boundary: null, task: null }

/** Goes down through the callers that awaited at once, to the first that did not: there the task begins. */
export function callersOf(origin: Origin, stack: readonly Site[], own: number, beginsTask: boolean): Callers {
  let sites: Site[] = []
  let at = own
  let present = origin
  let places = stack
  for (;;) {
    const awaiter = beginsTask ? null : present.awaiter
    const below = slice(places, at + 1)
    // The segment itself has resumed it: what created it is in the parent.
    if (places[at]?.compiled?.isResumed === true) return { sites: joined(sites, below), ...CONTINUES }
    const next = awaiter === null ? -1 : awaiterPlace(present, awaiter, places, at)
    if (awaiter === null || next === -1) {
      const yielding = yieldingPlace(places, at)
      if (yielding !== -1) {
        sites = joined(sites, slice(places, at + 1, yielding + 1))
        at = yielding
        continue
      }
      const boundaryAt = sites.length
      sites = joined(sites, below)
      // Nobody of the program's called it here: it is the function that the segment itself resumed.
      if (every(below, (site) => site.isInternal)) return { sites, ...CONTINUES }
      return { sites, boundaryAt, boundary: 'async', task: present }
    }
    if (awaiter === SEGMENT) {
      sites = joined(sites, below)
      return { sites, ...CONTINUES }
    }
    sites = joined(sites, slice(places, at + 1, next + 1))
    if (awaiter.stack === present.stack) at = next
    else {
      places = runningPlaces(awaiter.stack)
      at = stepDown(places, 0, awaiter.level - 1)
    }
    present = awaiter
  }
}

/** A compiled function whose text awaits the call at once, where the records do not tell; else -1. */
function yieldingPlace(places: readonly Site[], at: number): number {
  const own = places[at]
  const caller = places[at + 1]
  if (own?.compiled === undefined || caller?.compiled?.isRunning !== true) return -1
  return isYieldedCall(caller) ? at + 1 : -1
}

/**
 * Where the awaiting caller stands in the stack; -1 where another async function, or the executor of a
 * promise, lies between: then what was awaited was not this call.
 */
function awaiterPlace(present: Origin, awaiter: Origin, places: readonly Site[], at: number): number {
  if (awaiter === SEGMENT) {
    const below = slice(places, at + 1)
    const others = filter(below, (site) => !site.isInternal && isAsync(site))
    return others.length > 1 || some(below, isPromiseConstructor) ? -1 : places.length
  }
  if (awaiter.stack === present.stack) {
    const next = stepDown(places, at, awaiter.level - present.level)
    const executor = findIndex(places, isPromiseConstructor, at + 1)
    if (executor === -1 || executor > next) return next
    // The executor's own caller awaits another promise: who awaits this call is a function of Node's above it.
    return findLastIndex(places, (site, i) => i > at && i < executor && site.isInternal && site.script !== null)
  }
  const theirs = runningPlaces(awaiter.stack)
  const next = places.length - theirs.length
  const place = places[next]
  const top = theirs[0]
  if (next <= at || place === undefined || top === undefined) return -1
  const between = slice(places, at + 1, next)
  if (some(between, (site) => isPromiseConstructor(site) || (!site.isInternal && isAsync(site)))) return -1
  if (levelOf(awaiter, theirs) === 0) return isWaitOf(place, awaiter, theirs) ? next : -1
  if (!sameFunction(place, top)) return -1
  return isAwaitOfCall(top, place) ? next : -1
}

/** Whether it is a compiled function's helper that waits, not the program's own `.then`. */
function isWaitOf(place: Site, awaiter: Origin, theirs: readonly Site[]): boolean {
  const waiting = waitingCall(awaiter, theirs)?.compiled
  if (waiting === undefined || place.compiled?.isRunning !== true) return false
  return waiting.isResumed ? place.compiled.isResumed : sameFunction(place, theirs[0] as Site)
}
