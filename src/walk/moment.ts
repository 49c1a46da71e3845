import type { Leaf } from '../model/leaf.js'
import { messageOf } from '../record/faults.js'
import { BareEnds } from './bare-ends.js'
import { type Chain, Chains } from './chains.js'
import { heapPrice } from './heap-price.js'
import { HeapReading } from './heap-reading.js'
import { type Missing, whatIsMissing, whatMayBeMissing } from './incomplete.js'
import { Leaves } from './leaves.js'
import { isAwait, type PresentWait } from './present-wait.js'
import { livePromises, PresentWaits, recordedWaits } from './present-waits.js'
import { type Running, running } from './running.js'
import { thenChains } from './then-chains.js'

/** What this thread waits for at one moment, from which a dump and a graph are made. */
export interface Moment {
  readonly now: Running
  readonly waits: PresentWaits
  readonly chains: Chains
  /** Those of `.then` callbacks. */
  readonly callbacks: readonly Chain[]
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

const UNRECORDED = 'Some of it began before tracing: that is read from the heap, without where and when it began.'

/**
 * None of the program's code runs.
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
  const callbacks = thenChains(waits, now.promise)
  const leaves = new Leaves(waits, chains, new Map())
  const moment = { now, waits, chains, callbacks, leaves, takenAtMs, startedMs }
  const ends = new BareEnds(now, waits, chains, callbacks, leaves).all().length
  const missing = whatIsMissing()
  const unread = missing === null ? whatMayBeMissing() : missing.unread
  const said = unread === null ? [] : [unread]
  const isWanted = missing === null ? ends > 0 : !missing.isOff
  if (heap !== true && !isWanted) return { ...moment, incomplete: sentence(said) }
  const price = heapPrice()
  if (heap ?? price.isSmall) {
    try {
      return withHeap(moment, promises, recorded, missing, heap === true)
    } catch (error) {
      // The records still tell what they know.
      said.push(`The heap was not read: ${messageOf(error)}.`)
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
  try {
    return withReading(reading, moment, recorded, missing, isAsked)
  } finally {
    reading.close()
  }
}

function withReading(
  reading: HeapReading,
  moment: Recorded,
  recorded: readonly PresentWait[],
  missing: Missing | null,
  isAsked: boolean,
): Moment {
  let { waits, chains, callbacks, leaves } = moment
  const held = new Map<object, Leaf>()
  const said: string[] = []
  const isCorrected = reading.correctFunctions(waits)
  const unrecorded = missing !== null || isAsked || whatMayBeMissing() !== null ? reading.unrecorded(waits) : []
  // Of waits without a function of the program's the records know all that is shown, where nothing is missing.
  const isMissing = missing !== null || unrecorded.some((wait) => reading.definitionOf(wait) !== null)
  if (isMissing) said.push(missing?.read ?? UNRECORDED)
  if (isCorrected || isMissing) {
    waits = new PresentWaits(isMissing ? [...recorded, ...unrecorded] : recorded, reading)
    if (isMissing) {
      const unplaced = waits.all.filter((wait) => isAwait(wait) && waits.placeOf(wait) === null)
      reading.locate(unplaced, isAsked ? LOCATE_MS : 0)
    }
    chains = new Chains(waits)
    callbacks = thenChains(waits, moment.now.promise)
    leaves = new Leaves(waits, chains, held)
  }
  const ends = new BareEnds(moment.now, waits, chains, callbacks, leaves)
  const untilMs = isAsked ? Number.POSITIVE_INFINITY : performance.now() + SEARCH_MS
  const open = ends.all()
  let notLookedUp = 0
  for (const end of open) {
    const brought = reading.bringersOf(end)
    const isSearched = brought.leaf === null && brought.feeds.length === 0
    if (isSearched && performance.now() > untilMs) {
      notLookedUp++
      continue
    }
    const { feeds, leaf } = isSearched ? reading.holderOf(end, waits, chains) : brought
    if (leaf !== null) held.set(end, leaf)
    for (const feed of feeds) waits.addFeed(feed)
    open.push(...ends.below(feeds.map(({ on }) => on)))
  }
  if (notLookedUp > 0) {
    said.push(`Who holds the resolvers of ${notLookedUp} more promises was not looked up: { heap: true } does it.`)
  }
  // What the heap has added may wait for some of them.
  callbacks = thenChains(waits, moment.now.promise)
  leaves = new Leaves(waits, chains, held)
  return { ...moment, waits, chains, callbacks, leaves, incomplete: sentence(said) }
}

function unreadHeap(ends: number, cost: string): string {
  return ends === 0 ? cost : `Who holds the resolvers of ${ends} promise${ends === 1 ? '' : 's'} is not known: ${cost}`
}

function sentence(said: readonly string[]): string | null {
  return said.length === 0 ? null : said.join(' ')
}
