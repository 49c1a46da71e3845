import type { Leaf } from '../model/leaf.js'
import { Chains } from './chains.js'
import { heapPrice } from './heap-price.js'
import { HeapReading } from './heap-reading.js'
import { type Missing, whatIsMissing } from './incomplete.js'
import { Leaves } from './leaves.js'
import { isAwait, isTold, type PresentWait } from './present-wait.js'
import { livePromises, PresentWaits, recordedWaits } from './present-waits.js'
import { type Running, running } from './running.js'
import { thenChains } from './then-chains.js'

/** What this thread waits for at one moment, from which a dump and a graph are made. */
export interface Moment {
  readonly now: Running
  readonly waits: PresentWaits
  readonly chains: Chains
  readonly leaves: Leaves
  readonly takenAtMs: number
  /** `performance.now()` at its beginning. */
  readonly startedMs: number
  /** What of the pending work is not known; null where all is. */
  readonly incomplete: string | null
}

/** For who holds which resolver, where nobody has asked for the heap to be read. */
const SEARCH_MS = 1_000
/** For the lines of functions that wait together for one promise: each takes a walk through the heap. */
const LOCATE_MS = 3_000

/**
 * Nothing of the program's runs.
 *
 * @param heap whether the heap is read where the records do not tell everything; by default where it is small.
 */
export function readMoment(heap?: boolean): Moment {
  const takenAtMs = Date.now()
  const startedMs = performance.now()
  const now = running()
  const promises = livePromises()
  const recorded = recordedWaits(promises)
  const waits = new PresentWaits(recorded)
  const chains = new Chains(waits)
  const leaves = new Leaves(waits, chains, new Map())
  const moment = { now, waits, chains, leaves, takenAtMs, startedMs }
  const ends = bareEnds(moment).length
  const missing = whatIsMissing()
  const said = missing === null ? [] : [missing.unread]
  if ((ends === 0 && missing === null) || missing?.read === null) return { ...moment, incomplete: sentence(said) }
  const price = heapPrice()
  if (heap ?? price.isSmall) {
    try {
      return withHeap(moment, promises, recorded, missing, heap === true)
    } catch (error) {
      // The records still tell what they know.
      said.push(`The heap was not read: ${error instanceof Error ? error.message : 'unknown fault'}.`)
    }
  } else said.push(unreadHeap(ends, price.text))
  return { ...moment, incomplete: sentence(said) }
}

type Recorded = Omit<Moment, 'incomplete'>

/** With who holds the resolvers of promises that nothing recorded settles, and with the waits that nothing recorded. */
function withHeap(
  moment: Recorded,
  promises: readonly object[],
  recorded: readonly PresentWait[],
  missing: Missing | null,
  isAsked: boolean,
): Moment {
  const reading = new HeapReading(promises)
  let { waits, chains, leaves } = moment
  const held = new Map<object, Leaf>()
  const said: string[] = []
  const isCorrected = reading.correctFunctions(waits)
  const isMissing = missing?.read != null
  if (isMissing) said.push(missing.read)
  if (isCorrected || isMissing) {
    const present = new PresentWaits(isMissing ? [...recorded, ...reading.unrecorded(waits)] : recorded, reading)
    const unplaced = present.all.filter((wait) => isAwait(wait) && present.placeOf(wait) === null)
    reading.locate(unplaced, isAsked ? LOCATE_MS : 0)
    waits = present
    chains = new Chains(waits)
    leaves = new Leaves(waits, chains, held)
  }
  const ends = addFeeds(reading, waits, leaves, bareEnds({ ...moment, waits, chains, leaves }), held)
  const untilMs = performance.now() + (isAsked ? Number.POSITIVE_INFINITY : SEARCH_MS)
  const left = ends.findIndex((end) => {
    const holder = reading.holderOf(end, waits, chains)
    if (holder?.by != null) waits.addFeed(holder.by)
    else if (holder?.leaf != null) held.set(end, holder.leaf)
    return performance.now() > untilMs
  })
  if (left !== -1 && left < ends.length - 1) {
    const count = ends.length - 1 - left
    said.push(`Who holds the resolvers of ${count} more promises was not looked up: { heap: true } does it.`)
  }
  leaves = new Leaves(waits, chains, held)
  return { ...moment, waits, chains, leaves, incomplete: sentence(said) }
}

/** Puts in place of ends that promises bring those which bring them. */
function addFeeds(
  reading: HeapReading,
  waits: PresentWaits,
  leaves: Leaves,
  ends: readonly object[],
  held: Map<object, Leaf>,
): object[] {
  const left: object[] = []
  const open = [...ends].reverse()
  const seen = new Set(ends)
  for (let end = open.pop(); end !== undefined; end = open.pop()) {
    const { feeds, leaf } = reading.bringersOf(end)
    if (leaf !== null) held.set(end, leaf)
    else if (feeds.length === 0) left.push(end)
    for (const feed of feeds) {
      waits.addFeed(feed)
      if (seen.has(feed.on) || !leaves.isBare(feed.on)) continue
      seen.add(feed.on)
      open.push(feed.on)
    }
  }
  return left
}

function unreadHeap(ends: number, cost: string): string {
  return ends === 0 ? cost : `Who holds the resolvers of ${ends} promise${ends === 1 ? '' : 's'} is not known: ${cost}`
}

/** What the program's functions and callbacks wait for at the end, and of which nothing is known to settle it. */
function bareEnds({ now, waits, chains, leaves }: Pick<Moment, 'now' | 'waits' | 'chains' | 'leaves'>): object[] {
  const shown = chains.all.filter((chain) => chain.waits.some((wait) => !waits.isHidden(wait)))
  const open = [...shown, ...thenChains(waits, now.promise)].map(({ innermost }) => innermost.on)
  open.push(...waits.all.filter(isTold).map(({ on }) => on))
  const ends: object[] = []
  const seen = new Set(open)
  if (now.promise !== null) seen.delete(now.promise)
  for (const promise of seen) {
    if (leaves.isBare(promise)) ends.push(promise)
    else if (!leaves.isEvent(promise)) for (const { on } of waits.waitsOf(promise)) if (on !== now.promise) seen.add(on)
  }
  return ends
}

function sentence(said: readonly string[]): string | null {
  return said.length === 0 ? null : said.join(' ')
}
