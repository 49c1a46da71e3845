/**
 * Async functions that V8 has collected while they awaited: nothing could settle what they waited for, so they never went
 * on, and their `finally` never ran. Only those that were pending for long are watched, because each costs: the sweep
 * finds them. Functions that a compiler has made are not watched.
 */
import { deref, OwnFinalizationRegistry, OwnMap, WeakRefOfRealm } from '../engine/primordials.js'
import { epoch } from './epoch.js'
import { Fate } from './fate.js'
import { countFault } from './faults.js'
import { functionOf } from './hop.js'
import { isEnd, type Origin, SEGMENT } from './origin.js'

/** The fate of what was resumed before it was watched. */
const MOVED = new Fate(null, null)
/** The origin of a function, and those of its callers. */
const MOST_CALLERS = 8
const MOST_PLACES = 1_000
/** So many are watched at a time: each takes some 220 bytes more than what is recorded of it anyway. */
const MOST_WATCHED = 16_384

/** Functions that were lost at one place. */
interface LostPlace {
  /** Innermost first. */
  readonly calls: readonly Fate[]
  count: number
}

const places = new OwnMap<string, LostPlace>()
const watched = new OwnMap<Fate, WeakRef<Origin>>()
const registry = new OwnFinalizationRegistry<Fate>((fate) => {
  try {
    noteEnd(fate)
  } catch (error) {
    countFault(error)
  }
})

/** Hot: what awaits with this origin is resumed. */
export function noteMoved(origin: Origin): void {
  const { fate } = origin
  if (fate === null) origin.fate = MOVED
  else {
    fate.isSuspended = false
    fate.hasMoved = true
  }
}

/** The function of an origin has been pending for long: if it is collected before it is resumed, it is lost. */
export function watch(origin: Origin): void {
  if (origin.epoch !== epoch || watched.size >= MOST_WATCHED) return
  const fate = fateOf(origin, MOST_CALLERS)
  if (fate !== null) fate.isSuspended = true
}

function fateOf(origin: Origin, calls: number): Fate | null {
  const { fate } = origin
  if (fate !== null && fate !== MOVED) return fate
  if (calls === 0 || origin.kind !== 'async' || isEnd(origin)) return null
  const site = functionOf(origin)
  if (site === null || site.isInternal) return null
  const caller = origin.awaiter === SEGMENT ? origin.parent : origin.awaiter
  const made = new Fate(site, caller === null ? null : fateOf(caller, calls - 1))
  made.hasMoved = fate === MOVED
  origin.fate = made
  watched.set(made, new WeakRefOfRealm(origin))
  registry.register(origin, made)
  return made
}

/** Its origin is gone. */
function noteEnd(fate: Fate): void {
  // Whoever asks may have noted it before V8 told.
  if (!watched.delete(fate)) return
  if (!fate.isSuspended || fate.epoch !== epoch) return
  const { caller } = fate
  if (caller !== null) {
    if (caller.isCounted) count(caller, -1)
    caller.isBehindLost = true
  }
  if (!fate.isBehindLost) count(fate, 1)
}

function count(fate: Fate, more: 1 | -1): void {
  fate.isCounted = more === 1
  const calls: Fate[] = []
  let key = ''
  for (let each: Fate | null = fate; each !== null; each = each.caller) {
    calls[calls.length] = each
    key += `${each.site?.id} ${each.hasMoved} `
  }
  const place = places.get(key)
  if (place !== undefined) place.count += more
  else if (more === 1 && places.size < MOST_PLACES) places.set(key, { calls, count: 1 })
}

/** By place, as of V8's last collection: it tells of what it has collected only in a later turn of the event loop. */
export function lostPlaces(): LostPlace[] {
  watched.forEach((origin, fate) => {
    if (deref(origin) === undefined) noteEnd(fate)
  })
  const lost: LostPlace[] = []
  places.forEach((place) => {
    if (place.count > 0) lost[lost.length] = place
  })
  return lost
}

/** What was counted so far belongs to an earlier epoch. */
export function forgetLost(): void {
  places.clear()
}
