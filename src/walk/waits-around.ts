import { messageOf } from '../record/faults.js'
import { linksOf } from '../record/wait-links.js'
import { heapPrice } from './heap-price.js'
import { type Missing, whatContextsHide, whatIsMissing } from './incomplete.js'
import { isAwait, isTold } from './present-wait.js'
import { foundWaits, PresentWaits } from './present-waits.js'
import { readOwnHeap } from './read-own-heap.js'
import { isStandIn } from './stand-ins.js'

interface KnownWaits {
  readonly waits: PresentWaits
  /** What of them nothing recorded, in a sentence; null where all was. */
  readonly incomplete: string | null
}

/**
 * The waits of this thread, for the question who waits for one promise. Of a promise that is not in the records
 * (tracing is off, began later, or follows a share) the engine still knows it: in the heap, which costs a snapshot.
 *
 * @param heap whether that is done; by default where the records say nothing of the promise and the heap is small.
 */
export function waitsAround(promise: object, heap?: boolean): KnownWaits {
  const { recorded, promises, isWhole, unreadContexts } = foundWaits()
  const hidden = whatContextsHide(unreadContexts)
  const waits = new PresentWaits(recorded)
  const missing = whatIsMissing()
  const isKnown = isRecorded(promise, waits, missing)
  if ((isKnown && missing === null && heap !== true) || !waits.isPending(promise)) return { waits, incomplete: hidden }
  const price = heapPrice()
  if (!(heap ?? (!isKnown && price.isSmall))) return { waits, incomplete: unread(missing, price.text) }
  try {
    const reading = readOwnHeap(
      { promises: isWhole ? promises : [...new Set([...promises, promise])], isWhole },
      { ends: null, isAsked: heap === true },
    )
    const all = new PresentWaits([...recorded, ...reading.unrecorded.besides(waits)], reading)
    // Of promises that are at hand V8 tells it, of others the heap.
    const unplaced = all.all.filter((wait) => isStandIn(wait.on) && isAwait(wait))
    reading.unrecorded.locate(unplaced, 0)
    const isAllRecorded = missing === null && (isKnown || !isWaited(promise, all))
    return { waits: all, incomplete: isAllRecorded ? hidden : read(missing) }
  } catch (error) {
    return { waits, incomplete: unread(missing, `The heap was not read: ${messageOf(error)}.`) }
  }
}

function isRecorded(promise: object, waits: PresentWaits, missing: Missing | null): boolean {
  return isWaited(promise, waits) || (missing === null && linksOf(promise) !== null)
}

/** What the program told is no record. */
function isWaited(promise: object, waits: PresentWaits): boolean {
  return waits.awaitOf(promise) !== null || waits.waitersOf(promise).some((wait) => !isTold(wait))
}

function read(missing: Missing | null): string {
  const what = 'hat was not recorded is read from the heap, without where and when it began.'
  return missing === null ? `W${what}` : `${missing.why}: w${what}`
}

function unread(missing: Missing | null, cost: string): string {
  const what = 'hat was not recorded is not shown.'
  return `${missing === null ? `W${what}` : `${missing.why}: w${what}`} ${cost}`
}
