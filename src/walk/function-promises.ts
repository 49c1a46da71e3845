import type { Site } from '../engine/call-sites.js'
import { linksOf } from '../record/waits.js'
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
  const named = new Set(waits.filter((wait) => isAwait(wait) && wait.candidates === null).map(({ of }) => of))
  const isSafe = (wait: PresentWait) =>
    known.waitersOf(wait.on).length === 1 && (wait.candidates ?? []).every((one) => endOf(one, known) !== 'unsafe')
  const asked = uncertain.filter(isSafe)
  const answers = new Map(known.askTwo(asked).map((sites, i) => [asked[i], sites] as const))
  const made = new Set<object>()
  for (const wait of uncertain) {
    const candidates = wait.candidates ?? []
    const above = answers.get(wait)?.[0] === undefined ? undefined : (answers.get(wait)?.[1] ?? null)
    const from = candidates.indexOf(wait.on)
    for (let at = (from === -1 ? candidates.length : from) - 1; at >= 0; at--) {
      const one = candidates[at] as object
      if (at > 0 && (named.has(one) || made.has(one) || !fits(one, above, known))) continue
      for (const later of candidates.slice(at + 1)) if (later !== wait.on && !named.has(later)) made.add(later)
      settle(wait, one)
      named.add(one)
      break
    }
  }
}

function settle(wait: PresentWait, promise: object): void {
  const wrong = linksOf(wait.of)
  if (wait.of !== promise && wrong !== null && wrong.wait === wait) wrong.wait = null
  wait.of = promise
  wait.candidates = null
  const links = linksOf(promise)
  if (links !== null && links !== wait) links.wait = wait
}

/** @param above who awaits the function, as V8 says; null for nobody that it sees, undefined if not asked. */
function fits(candidate: object, above: Site | null | undefined, known: Known): boolean {
  if (above === undefined) return true
  const end = endOf(candidate, known)
  if (end === 'unsafe') return true
  if (end === null || above === null) return end === above
  if (end === 'combinator') return above.script === null
  const place = known.placeOf(end)
  return place === null || (place.script === above.script && place.line === above.line)
}

/** Where V8's walk up from a promise ends, by our own records; `unsafe` where it would never end. */
function endOf(promise: object, known: Known): PresentWait | 'combinator' | 'unsafe' | null {
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
