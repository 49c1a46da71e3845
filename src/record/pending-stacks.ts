import { sitesOf, synchronousPart, withCallSites, withoutBelow } from '../engine/call-sites.js'
import { OwnWeakMap } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'
import { type CapturedStack, MAX_FRAMES, Origin, SEGMENT } from './origin.js'
import { sharedStack } from './shared-stacks.js'

/**
 * A raw stack keeps its functions and receivers alive. So the stacks of work that is still pending after a while are
 * turned into plain places by a slow sweep (`sweep.ts`). This list tells it where to look among promises, and keeps
 * none of them alive: origins leave it when their work resumes.
 */
/** With more listed than this, each new one has the oldest read at once: a burst cannot outrun the sweep. */
const MAX_LISTED = 16_384

/** The list's two ends: `ends.newer` is the oldest origin, `ends.older` the newest. */
const ends = new Origin(null, 0, null, 'async', -1, 0)
ends.newer = ends
ends.older = ends
let listed = 0

/** Hot: once a capture, and once an await that shares an origin. */
export function addPending(origin: Origin): void {
  const newest = ends.older as Origin
  origin.older = newest
  origin.newer = ends
  newest.newer = origin
  ends.older = origin
  if (++listed > MAX_LISTED) readOldest()
}

/** Hot: once a resumption. */
export function removePending(origin: Origin): void {
  const { newer, older } = origin
  if (newer === null || older === null) return
  older.newer = newer
  newer.older = older
  origin.newer = null
  origin.older = null
  listed--
}

function readOldest(): void {
  const oldest = ends.newer as Origin
  removePending(oldest)
  readChain(oldest)
}

/** The places of a stack; the raw stack, with all that it kept alive, is let go. */
export function readStack(stack: CapturedStack): NonNullable<CapturedStack['sites']> {
  if (stack.raw !== null) {
    const { sites, captured } = sitesOf(stack.raw)
    // A debugger may have read it in the middle of this.
    if (stack.raw === null) return stack.sites ?? []
    // What lies below the running part is not of this work.
    const isCutOff = captured === MAX_FRAMES && synchronousPart(sites).length === sites.length
    stack.sites = sharedStack(isCutOff ? sites : withoutBelow(sites, stack.framesBelow))
    stack.isCutOff = isCutOff
    stack.raw = null
  }
  return stack.sites ?? []
}

/** @returns the oldest that began before; null where there is none. */
export function takePending(beforeMs: number): Origin | null {
  const oldest = ends.newer as Origin
  if (oldest === ends || (oldest.stack?.atMs ?? 0) >= beforeMs) return null
  removePending(oldest)
  return oldest
}

/** Lets every listed raw stack go. */
export function forgetPending(): void {
  for (let origin = ends.newer as Origin; origin !== ends; origin = ends.newer as Origin) {
    removePending(origin)
    if (origin.stack !== null) origin.stack.raw = null
  }
}

/** Also what created it: ticks and immediates are in no list of their own. */
export function readChain(from: Origin | null): void {
  for (let origin = from; origin?.stack != null; origin = origin.parent) {
    const { stack } = origin
    // What created a known one may still have a raw stack.
    if (stack.raw === null && !stack.isKnown) return
    readOrDrop(stack)
  }
}

function readOrDrop(stack: CapturedStack): void {
  try {
    readStack(stack)
  } catch {
    stack.raw = null
  }
}

/** Prepares the path from an origin for a reader that V8 calls while it formats a stack. */
export function takeCallSites(from: Origin): void {
  forEachStack(from, takeCallSitesOf)
}

function takeCallSitesOf(stack: CapturedStack): void {
  if (stack.raw !== null) stack.raw = withCallSites(stack.raw)
}

/** Also what `readChain` leaves to others: the stacks of callers, and what is raw beyond what was read before. */
export function readWholeChain(from: Origin): void {
  forEachStack(from, readOrDrop)
}

function forEachStack(from: Origin, visit: (stack: CapturedStack) => void): void {
  for (let origin: Origin | null = from; origin !== null; origin = origin.parent) {
    for (let caller: Origin | null = origin; caller !== null && caller !== SEGMENT; caller = caller.awaiter) {
      if (caller.stack !== null) visit(caller.stack)
    }
  }
}

/** V8 gives the call sites of a raw stack once. */
const placesRead = new OwnWeakMap<Error, Site | null>()

/** The innermost place of a raw stack. */
export function readPlace(place: Error): Site | null {
  let site = placesRead.get(place)
  if (site === undefined) {
    site = sitesOf(place).sites[0] ?? null
    placesRead.set(place, site)
  }
  return site
}
