import { filter, findLastIndex, slice } from '../engine/lists.js'
import { OwnMap } from '../engine/primordials.js'
import { newSiteId, type Site } from '../engine/site.js'
import { awaitedAt, isAsyncFunction } from '../engine/source-text.js'
import { CapturedStack, Origin } from './origin.js'

/** Where Node runs its ticks and microtasks. */
export const QUEUES = 'node:internal/process/task_queues'

/**
 * V8 calls the `then()` of a thenable in a job of the promise that was resolved with it. The job is announced like a
 * reaction, `before(p)` … `after(p)`, but it resumes nothing: `p` belongs to no reaction, or that reaction has already
 * run (Node 20 to 26). The path goes on where `p` was made. Its origin has the kind `microtask` and one of three levels:
 *
 *   n      `p` is the promise of the n-th async function of the stack, which has returned the thenable; the parent is
 *          the origin that the function was resumed with
 *   -n     the same, if the stack confirms that no promise made by hand was taken for the function's
 *   MADE   the code whose path the parent is made `p` and awaited it; the stack, if there is one, is that of the await
 */
const MADE = -1_000_000
const NO_STACK = new CapturedStack(null, 0)

/**
 * @param resumedWith the origin of the function's awaits.
 * @param isNamed whether V8 has named the promise as that function's.
 */
export function originOfReturned(resumedWith: Origin | null, isNamed: boolean): Origin | null {
  if (resumedWith === null || resumedWith.kind !== 'async' || resumedWith.level < 1) return resumedWith
  const { stack, level, epoch, foldIn } = resumedWith
  return new Origin(stack, isNamed ? level : -level, resumedWith, 'microtask', epoch, foldIn)
}

/** What is known of a promise that was awaited by the code that had made it. */
export class MadeIn {
  /** Where that code comes from; null if it is not known. */
  readonly segment: Origin | null
  /** Captured at the await, if the promise was the newest one; else null. */
  readonly awaited: Origin | null

  constructor(segment: Origin | null, awaited: Origin | null) {
    this.segment = segment
    this.awaited = awaited
  }
}

export function originOfMade({ segment, awaited }: MadeIn): Origin | null {
  const known = awaited ?? segment
  if (known === null) return null
  return new Origin(awaited?.stack ?? NO_STACK, MADE, segment, 'microtask', known.epoch, known.foldIn)
}

export function isOfThenableJob({ kind, level }: Origin): boolean {
  return kind === 'microtask' && level !== 0
}

/** What the origin of a job adds to a path. */
export interface PlaceMade {
  readonly sites: readonly Site[]
  /** True if a function that nobody recorded made the promise. */
  readonly isBehindGap: boolean
}

/** @param functionAt finds the place of the n-th async function in the stack. */
export function placeMade(
  origin: Origin,
  stack: readonly Site[],
  functionAt: (level: number) => Site | undefined,
): PlaceMade {
  const { level } = origin
  if (level === MADE) return placeOfAwait(origin.stack, stack)
  const own = functionAt(level < 0 ? -level : level)
  const isCertain = level > 0 || areAllFunctions(origin.stack, stack)
  if (!isCertain || own === undefined || own.isModule || isAsyncFunction(own) !== true) return BEHIND_GAP
  return { sites: [beginningOf(own)], isBehindGap: false }
}

const BEHIND_GAP: PlaceMade = { sites: [], isBehindGap: true }

function placeOfAwait(captured: CapturedStack | null, stack: readonly Site[]): PlaceMade {
  const [top] = stack
  if (top === undefined) return BEHIND_GAP
  const made = awaitedAt(top)
  if (made === 'new Promise') return { sites: stack, isBehindGap: false }
  return made === 'call' && areAllFunctions(captured, stack) ? { sites: stack, isBehindGap: true } : BEHIND_GAP
}

function areAllFunctions(captured: CapturedStack | null, stack: readonly Site[]): boolean {
  return countedFunctions(captured, stack) !== null
}

/**
 * The async functions on the stack to which the promises that were noted at the capture belong, one each, innermost
 * first. The function that was resumed is at the bottom, and not among them. Null if the numbers differ: then some of
 * the promises were made by hand.
 */
export function countedFunctions(captured: CapturedStack | null, stack: readonly Site[]): readonly Site[] | null {
  const called = captured?.hasResumed === true ? slice(stack, 0, findLastIndex(stack, isNoQueue)) : stack
  const functions = filter(called, (site) => isAsyncFunction(site) === true && !site.isModule && !site.isInternal)
  return captured?.activations === functions.length ? functions : null
}

function isNoQueue({ script }: Site): boolean {
  return script !== QUEUES
}

const MAX_KEPT = 10_000
const beginnings = new OwnMap<string, Site>()

/** Where a function begins: one that has returned is at no other place. */
export function beginningOf(own: Site): Site {
  const { name, script, enclosingLine, enclosingColumn } = own
  const key = `${script}\0${enclosingLine}\0${enclosingColumn}\0${name}`
  let site = beginnings.get(key)
  if (site === undefined) {
    site = { ...own, id: newSiteId(), line: enclosingLine, column: enclosingColumn }
    if (beginnings.size >= MAX_KEPT) beginnings.clear()
    beginnings.set(key, site)
  }
  return site
}
