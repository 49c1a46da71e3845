import { synchronousPart } from '../engine/call-sites.js'
import type { Site } from '../engine/site.js'
import { isAsyncFunction } from '../engine/source-text.js'
import { readStack } from '../record/pending-stacks.js'
import { originOfPromise } from '../record/present.js'
import { Wait } from '../record/wait.js'
import { linkFunction, linksOf } from '../record/wait-links.js'
import { noteCounted } from './counted-functions.js'
import { isAwait, type PresentWait } from './present-wait.js'

/** What of the other waits is needed here. */
interface Known {
  waitersOf(promise: object): readonly PresentWait[]
  placeOf(wait: PresentWait): Site | null
  /** The places of up to two functions that await, asked of V8. */
  askTwo(waits: readonly PresentWait[]): readonly (readonly Site[])[]
}

/**
 * Which promise belongs to the function of a wait. V8 announces `new Promise` and a call of an async function
 * alike, so a promise that a function made by hand before it awaits may have been taken for its own. The
 * function's own promise is the last of the candidates that was not made by hand, and V8 knows who awaits
 * it: a candidate that others await than V8 says was made by hand.
 *
 * What is found is put into the record: later awaits of the same function begin from it.
 */
export function settleFunctions(waits: readonly PresentWait[], known: Known): void {
  const uncertain = waits.filter((wait) => wait.candidates !== null && isAwait(wait))
  if (uncertain.length === 0) return
  for (const wait of uncertain) noteCounted(wait)
  const named = new Set(waits.filter((wait) => isAwait(wait) && wait.candidates === null).map(({ of }) => of))
  const ranges = new Map(uncertain.map((wait) => [wait, rangeOf(wait, wait.candidates ?? [])] as const))
  const isOpen = (wait: PresentWait) => {
    const { first, last } = ranges.get(wait) as Range
    return first < last && known.placeOf(wait)?.isModule !== true
  }
  const isSafe = (wait: PresentWait) =>
    known.waitersOf(wait.on).length === 1 && (wait.candidates ?? []).every((one) => endOf(one, known) !== 'unsafe')
  const asked = uncertain.filter((wait) => isOpen(wait) && isSafe(wait))
  const answers = new Map(known.askTwo(asked).map((sites, i) => [asked[i], sites] as const))
  const made = new Set<object>()
  for (const wait of uncertain) {
    const candidates = wait.candidates ?? []
    const above = answers.get(wait)?.[0] === undefined ? undefined : (answers.get(wait)?.[1] ?? null)
    if (isLoaderAlone(wait) || known.placeOf(wait)?.isModule === true) {
      // V8 makes a module's promise and calls its `then` before the module runs: it is no candidate.
      settle(wait, wait.waiter)
      continue
    }
    const { first, last } = ranges.get(wait) as Range
    for (let at = last; at >= first; at--) {
      const one = candidates[at] as object
      if (at > first && (one === wait.on || named.has(one) || made.has(one) || !fits(one, above, known))) continue
      for (const later of candidates.slice(at + 1)) if (later !== wait.on && !named.has(later)) made.add(later)
      settle(wait, one)
      named.add(one)
      break
    }
  }
}

/**
 * The promise of the function that runs, which is one of the candidates; null if that cannot be told.
 *
 * @param awaitedAt where V8 says that the function is awaited; null if it does not.
 */
export function promiseOfRunning(
  candidates: readonly object[],
  awaitedAt: Site | null,
  known: Pick<Known, 'waitersOf' | 'placeOf'> & { isPending(promise: object): boolean },
): object | null {
  const pending = candidates.filter((one) => known.isPending(one))
  // What it has made by hand and settled is none of it.
  if (pending.length === 1) return pending[0] as object
  if (awaitedAt === null) return null
  const fitting = pending.filter((one) => endOf(one, known) !== 'unsafe' && fits(one, awaitedAt, known))
  return fitting.length === 1 ? (fitting[0] as object) : null
}

/**
 * A function of Node's that runs a module, and in which tracing began: its own promise was never seen, and what the
 * module's top level made by hand is none of it.
 */
function isLoaderAlone(wait: PresentWait): boolean {
  const stack = originOfPromise(wait.waiter)?.stack ?? null
  if (stack === null || wait.areCandidatesOlder) return false
  const [own, ...below] = synchronousPart(readStack(stack))
  if (own?.isInternal !== true || below.length > 0) return false
  const [first] = wait.candidates ?? []
  const known = first === undefined ? null : linksOf(first)
  return !(known instanceof Wait) || known === wait || known.of !== first || !isAwait(known)
}

interface Range {
  readonly first: number
  readonly last: number
}

/** Which candidates it can be, by how many async functions were on the stack with it. */
function rangeOf(wait: PresentWait, candidates: readonly object[]): Range {
  const end = candidates.length
  const origin = originOfPromise(wait.waiter)
  if (origin?.stack == null || origin.level === 0 || wait.areCandidatesOlder) return { first: 0, last: end - 1 }
  const stack = synchronousPart(readStack(origin.stack)).filter((site) => !site.isInternal)
  const functions = stack.flatMap((site, i) =>
    i === 0 || (isAsyncFunction(site) === true && !site.isModule) ? [i] : [],
  )
  const below = functions.length - origin.level
  // The outermost function of the stack: nothing of the program's ran before it.
  if (below === 0 && functions.at(-1) === stack.length - 1) return { first: 0, last: 0 }
  const first = Math.max(0, Math.min(below, end - 1))
  return { first, last: Math.max(first, end - origin.level) }
}

function settle(wait: PresentWait, promise: object): void {
  wait.of = promise
  wait.setCandidates(null)
  linkFunction(wait)
}

/** @param above who awaits the function, as V8 says; null for nobody that it sees, undefined if not asked. */
function fits(candidate: object, above: Site | null | undefined, known: Pick<Known, 'waitersOf' | 'placeOf'>): boolean {
  if (above === undefined) return true
  const end = endOf(candidate, known)
  if (end === 'unsafe') return true
  if (end === null || above === null) return end === above
  if (end === 'combinator') return above.script === null
  const place = known.placeOf(end)
  return place === null || (place.script === above.script && place.line === above.line)
}

/** Where V8's walk up from a promise ends, by our own records; `unsafe` where it would never end. */
function endOf(promise: object, known: Pick<Known, 'waitersOf'>): PresentWait | 'combinator' | 'unsafe' | null {
  const seen = new Set<object>()
  for (let present = promise; ; ) {
    if (seen.has(present)) return 'unsafe'
    seen.add(present)
    const waiters = known.waitersOf(present)
    const [only] = waiters
    if (only === undefined || waiters.length > 1) return null
    if (isAwait(only)) return only
    if (only.detail !== null && only.detail.combinator !== 'Promise.race') return 'combinator'
    present = only.of
  }
}
