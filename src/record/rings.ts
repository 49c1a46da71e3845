/**
 * Where promises resolve each other in a circle without an `await` in it, V8's walk over the promises that derive
 * from the running one never ends: a program that works would hang in the tracer's next capture upstream of the
 * ring. Only a promise that is resolved with another one can close a ring, since what `.then` derives is new. So
 * there, and only there, it is looked whether the records lead from the one back to the other.
 */
import { endWalkAt } from '../engine/promise-events.js'
import { isOfKnownRealm } from '../engine/realms.js'
import { leaveOutWalks } from '../engine/sync-capture.js'
import { RACE } from './combinator.js'
import { MEMBER, THEN, Wait } from './wait.js'
import { linksOf } from './wait-links.js'

/** Most promises come from few others: then nothing needs to be followed downwards. */
const MAX_UP = 64
/** A step takes about 10 ns. */
const MAX_DOWN = 4096

/**
 * `adopting` is being resolved with `adopted`. In a ring, the walk gets an end at `adopted`: nothing that anybody
 * could see on the way round is lost by that, because no function awaits there.
 *
 * @param adopted null where V8 does not name it: a promise of a subclass.
 */
export function guardRing(adopting: object, adopted: object | null): void {
  if (adopted !== null && isFedByNone(adopted)) return
  const isRing = leadsTo(adopting, adopted)
  if (isRing === false) return
  if (isRing && adopted !== null && endWalkAt(adopted)) linksOf(adopted)?.endWalk()
  else leaveOutWalks(true)
}

/** Whether a promise comes by `.then` alone from one that no other promise settles. */
function isFedByNone(promise: object): boolean {
  let at = promise
  for (let step = 0; step < MAX_UP; step++) {
    if (isOfSubclass(at)) return false
    const links = linksOf(at)
    if (links === null) return true
    if (links.isFed) return false
    if (!(links instanceof Wait) || links.kind !== THEN || links.on === null) return true
    at = links.on
  }
  return false
}

/** @returns whether V8's walk can go from one promise to another; null where that cannot be told, or not soon. */
function leadsTo(from: object, to: object | null): boolean | null {
  const open = [from]
  let count = 1
  for (let step = 0; step < MAX_DOWN; step++) {
    if (count === 0) return false
    const at = open[--count] as object
    if (at === to) return true
    if (isOfSubclass(at)) return null
    const next = linksOf(at)?.next ?? null
    if (next === null || (next.kind === MEMBER && next.detail?.combinator !== RACE)) continue
    open[count++] = next.of
    const { maker } = next
    if (maker !== null && linksOf(maker)?.isOfCombinator !== true) open[count++] = maker
  }
  return null
}

/** V8 does not name the promise whose `.then` a subclass answers. */
function isOfSubclass(promise: object): boolean {
  return !isOfKnownRealm(promise)
}
