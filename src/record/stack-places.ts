/** The places of one raw stack, and which of them are async functions. */
import { synchronousPart } from '../engine/call-sites.js'
import { asWritten } from '../engine/compiled-calls.js'
import { OwnWeakMap, test } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'
import { isAsyncFunction } from '../engine/source-text.js'
import type { CapturedStack, Origin } from './origin.js'
import { readStack } from './pending-stacks.js'

/** By the list of a stack's places, which thousands of stacks may share. */
const running = new OwnWeakMap<readonly Site[], readonly Site[]>()

/** The places that were running, one a function. */
export function runningPlaces(stack: CapturedStack | null): readonly Site[] {
  if (stack === null) return []
  const sites = readStack(stack)
  if (sites.length === 0) return sites
  let places = running.get(sites)
  if (places === undefined) {
    places = asWritten(synchronousPart(sites))
    running.set(sites, places)
  }
  return places
}

/** The async function of the author's that waits where a compiler's helper called `.then`; null for any other `.then`. */
export function waitingCall(origin: Origin, stack: readonly Site[]): Site | null {
  const top = stack[0]
  if (origin.level !== 0 || top?.compiled?.isRunning !== false) return null
  if (origin.kind === 'then') origin.kind = 'async'
  return origin.kind === 'async' ? top : null
}

/** Node 22 and later show the built-in `then` on the stack; where it stands, no function awaits there. */
export function levelOf(origin: Origin, stack: readonly Site[]): number {
  if (origin.kind !== 'async' || origin.level !== 1) return origin.level
  const top = stack[0]
  return top !== undefined && !top.script && test(/\bthen$/, top.name) ? 0 : 1
}

/** From a place in the stack down to the n-th async function below it; the last one where there are fewer. */
export function stepDown(stack: readonly Site[], from: number, steps: number): number {
  let at = from
  for (let i = from + 1; i < stack.length && steps > 0; i++) {
    if (!isAsync(stack[i])) continue
    at = i
    steps--
  }
  return at
}

/** A function whose source cannot be read counts as async if it is the program's own. */
export function isAsync(site: Site | undefined): boolean {
  return site !== undefined && (isAsyncFunction(site) ?? !site.isInternal)
}

export function isPromiseConstructor(site: Site): boolean {
  return !site.script && site.name === 'new Promise'
}
