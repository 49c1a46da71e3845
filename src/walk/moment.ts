import { threadId } from 'node:worker_threads'
import { now as msSinceStart } from '../engine/real-clock.js'
import { isKnownEnd } from '../model/wait-end.js'
import { messageOf } from '../record/faults.js'
import { type BuiltGraph, buildGraph } from '../waits/graph.js'
import type { Id } from '../waits/net.js'
import type { Settler } from '../waits/source.js'
import { FunctionTasks } from './function-tasks.js'
import { heapPrice } from './heap-price.js'
import type { HeapReading } from './heap-reading.js'
import { type Missing, whatContextsHide, whatIsMissing, whatMayBeMissing } from './incomplete.js'
import { isAwait, type PresentWait } from './present-wait.js'
import { type FoundWaits, foundWaits, PresentWaits, promisesOfWaits } from './present-waits.js'
import { readHoldersQuickly, readOwnHeap } from './read-own-heap.js'
import { RecordedEnds } from './recorded-ends.js'
import { RecordedSource, type SettlerInHeap } from './recorded-source.js'
import { type Running, running, settledRunning } from './running.js'

/** What this thread waits for at one moment, from which a dump and a graph are made. */
export interface Moment extends BuiltGraph {
  readonly now: Running
  readonly waits: PresentWaits
  readonly tasks: FunctionTasks
  readonly takenAtMs: number
  /** `performance.now()` at its beginning. */
  readonly startedMs: number
  /** What of the pending work is not known, in a sentence; null if all is. */
  readonly incomplete: string | null
}

/** For the search of who holds resolvers, if nobody asked for the heap to be read. */
const SEARCH_MS = 1_000
/** For the lines of functions that wait together for one promise: each takes a walk through the heap. */
const LOCATE_MS = 3_000

const UNRECORDED = 'Some of it began before tracing: that is read from the heap, without where and when it began.'

/**
 * None of the program's code runs.
 *
 * @param heap whether the heap is read if the records do not tell everything; by default if it is small.
 */
export function readMoment(heap?: boolean): Moment {
  const takenAtMs = Date.now()
  const startedMs = msSinceStart()
  const asking = running()
  const found = foundWaits()
  const { recorded, unreadContexts } = found
  const waits = new PresentWaits(recorded)
  const now = settledRunning(asking, waits)
  const moment = momentOf({ now, takenAtMs, startedMs }, waits, null)
  const missing = whatIsMissing()
  const unread = missing === null ? whatMayBeMissing() : missing.unread
  const hidden = whatContextsHide(unreadContexts)
  const alwaysSaid = hidden === null ? [] : [hidden]
  const said = unread === null ? alwaysSaid : [...alwaysSaid, unread]
  const isWanted = missing === null ? moment.unknownEnds.length > 0 : !missing.isOff
  if (heap !== true && !isWanted) return withNote(moment, said)
  const price = heapPrice()
  if (!(heap ?? price.isSmall)) return withNote(moment, [...said, unreadHeap(moment.unknownEnds.length, price.text)])
  try {
    return withNote(withHeap(moment, found, missing, heap === true), alwaysSaid)
  } catch (error) {
    // The records still tell what they know.
    return withNote(moment, [...said, `The heap was not read: ${messageOf(error)}.`])
  }
}

/** Of some waits only, by the records alone: what asks is not among them. */
export function momentOfWaits(recorded: readonly PresentWait[]): Moment {
  const beginning = { now: NOTHING_RUNS, takenAtMs: Date.now(), startedMs: msSinceStart() }
  return momentOf(beginning, new PresentWaits(recorded), null)
}

/** The same with what holds the resolvers of promises, if that can be read from memory in a fraction of a second. */
export function momentWithHolders(recorded: readonly PresentWait[]): Moment {
  const moment = momentOfWaits(recorded)
  const { waits, unknownEnds } = moment
  if (unknownEnds.length === 0) return moment
  try {
    const reading = readHoldersQuickly(promisesOfWaits(recorded), unknownEnds as readonly object[])
    if (reading === null) return moment
    return momentOf(moment, waits, (promise) => {
      const settler = reading.settlerOf(promise as object, waits)
      // Then where it was made says more.
      return settler.kind === 'end' && !isKnownEnd(settler.end) ? null : settler
    })
  } catch {
    // The records still tell what they know.
    return moment
  }
}

const NOTHING_RUNS: Running = { task: null, promise: null, sites: [] }

type Beginning = Pick<Moment, 'now' | 'takenAtMs' | 'startedMs'>

function momentOf({ now, takenAtMs, startedMs }: Beginning, waits: PresentWaits, heap: SettlerInHeap | null): Moment {
  const tasks = new FunctionTasks(waits)
  const source = new RecordedSource({ now, waits, tasks, ends: new RecordedEnds(waits), heap })
  return { ...buildGraph(source, threadId), now, waits, tasks, takenAtMs, startedMs, incomplete: null }
}

/** With who holds the resolvers of promises that nothing recorded settles, and with the waits that nothing recorded. */
function withHeap(moment: Moment, found: FoundWaits, missing: Missing | null, isAsked: boolean): Moment {
  const reading = readOwnHeap(found, { ends: moment.unknownEnds as readonly object[], isAsked })
  try {
    return withReading(reading, moment, found.recorded, missing, isAsked)
  } finally {
    reading.close()
  }
}

function withReading(
  reading: HeapReading,
  moment: Moment,
  recorded: readonly PresentWait[],
  missing: Missing | null,
  isAsked: boolean,
): Moment {
  let { waits } = moment
  const said: string[] = []
  const isCorrected = reading.correctFunctions(waits)
  const unrecorded = missing !== null || isAsked || whatMayBeMissing() !== null ? reading.unrecorded.besides(waits) : []
  // Of waits without a function of the program's the records know all that is shown, where nothing is missing.
  const isMissing = missing !== null || unrecorded.some((wait) => reading.definitionOf(wait) !== null)
  if (isMissing) said.push(missing?.read ?? UNRECORDED)
  if (isCorrected || isMissing) {
    waits = new PresentWaits(isMissing ? [...recorded, ...unrecorded] : recorded, reading)
    if (isMissing) {
      const unplaced = waits.all.filter((wait) => isAwait(wait) && waits.placeOf(wait) === null)
      reading.unrecorded.locate(unplaced, isAsked ? LOCATE_MS : 0)
    }
  }
  const untilMs = isAsked ? Number.POSITIVE_INFINITY : msSinceStart() + SEARCH_MS
  reading.findHolders(moment.unknownEnds as readonly object[], untilMs)
  let notLookedUp = 0
  const settlerOf = (promise: Id): Settler | null => {
    if (msSinceStart() <= untilMs || reading.hasFoundHolder(promise as object))
      return reading.settlerOf(promise as object, waits)
    notLookedUp++
    return null
  }
  const whole = momentOf(moment, waits, settlerOf)
  if (notLookedUp > 0) {
    said.push(`Who holds the resolvers of ${notLookedUp} more promises was not looked up: { heap: true } does it.`)
  }
  return withNote(whole, said)
}

function unreadHeap(ends: number, cost: string): string {
  return ends === 0 ? cost : `Who holds the resolvers of ${ends} promise${ends === 1 ? '' : 's'} is not known: ${cost}`
}

function withNote(moment: Moment, said: readonly string[]): Moment {
  if (said.length === 0) return moment
  return { ...moment, incomplete: [...(moment.incomplete === null ? [] : [moment.incomplete]), ...said].join(' ') }
}
