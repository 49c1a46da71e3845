/** The path of an error: where the functions were called and the callbacks were set that it met first. */
import { placesOf, synchronousPart } from '../engine/call-sites.js'
import { asWritten } from '../engine/compiled-calls.js'
import { filter, findIndex, findLastIndex, last, slice } from '../engine/lists.js'
import { includesText, OwnWeakMap } from '../engine/primordials.js'
import { fileOfScript } from '../engine/script-file.js'
import { type Site, sameFunction } from '../engine/site.js'
import { isAwaitInLine } from '../engine/source-text.js'
import { isError, stackOf } from '../engine/stack-property.js'
import { unreadStacks } from '../engine/unread-stacks.js'
import type { Task } from '../model/task.js'
import type { AsyncTrace, TraceFrame } from '../model/trace.js'
import { abortsOf } from '../record/aborts.js'
import type { Arrival } from '../record/arrival.js'
import { epoch, recordedFromMs } from '../record/epoch.js'
import { arrivalsOf, arrivalsOfPromise, isRejectedWith } from '../record/failures.js'
import { functionOf } from '../record/hop.js'
import { CapturedStack, Origin } from '../record/origin.js'
import { readPlace, readStack } from '../record/pending-stacks.js'
import { reaction } from '../record/reaction.js'
import { findOriginsBy, reportedPromise } from '../record/reported.js'
import { beginningOf } from '../record/thenable-job.js'
import { findCatchersBy, isUncaughtReported, originOfPresent, originOfUncaught } from '../record/unwound.js'
import { AWAIT, Wait } from '../record/wait.js'
import { linksOf } from '../record/wait-links.js'
import { mayCatch } from './catchers.js'
import { creationPathFrom, presentPlaces, type WalkOptions, walkFrom } from './creation-path.js'
import { frameAt } from './frame-at.js'

/** Null where nothing of the program is known to have met the error. */
export function failurePath(error: unknown): AsyncTrace | null {
  const met = pathOfArrivals(arrivalsOf(error, reaction.resumed))
  return met ?? pathOfReported(error) ?? pathOfUncaught(error) ?? abortPath(error) ?? pathOfGiven(error)
}

/** Where a signal was aborted, or the last one for this reason; null where that is not known. */
export function abortPath(of: unknown): AsyncTrace | null {
  return pathOfArrivals(abortsOf(of))
}

/** What Node.js reports as uncaught. */
interface Uncaught {
  /** Of the callback that threw it. */
  readonly origin: Origin | null
  /** What was rejected with it, or with a reason that Node has made an error of; null for what a callback threw. */
  readonly promise: object | null
  readonly epoch: number
}

const uncaughtErrors = new OwnWeakMap<object, Uncaught>()
/** The newest that is no object: of those, only the report tells which is meant. */
let uncaughtValue: { readonly value: unknown; readonly uncaught: Uncaught } | null = null
/** Only with async-trace/register. */
let isUncaughtNoted = false

/** Node.js begins to report an uncaught exception, or a rejection that nothing handles. */
export function noteUncaught(value: unknown, isRejection: boolean): void {
  const uncaught = { origin: originOfUncaught(), promise: isRejection ? reportedPromise() : null, epoch }
  isUncaughtNoted = true
  uncaughtValue = null
  if (isObject(value)) uncaughtErrors.set(value, uncaught)
  else uncaughtValue = { value, uncaught }
}

/** The error was there before: its path begins where the callback was set that threw it. */
function pathOfUncaught(error: unknown): AsyncTrace | null {
  const uncaught = isObject(error) ? uncaughtErrors.get(error) : uncaughtOf(error)
  if (uncaught === undefined || uncaught.epoch !== epoch) return null
  if (uncaught.promise !== null) return pathOfRejected(uncaught.promise)
  const path = creationPathFrom([], uncaught.origin)
  return path.frames[0]?.filename == null ? null : path
}

function uncaughtOf(value: unknown): Uncaught | undefined {
  return uncaughtValue !== null && Object.is(uncaughtValue.value, value) && isUncaughtReported()
    ? uncaughtValue.uncaught
    : undefined
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

/** By errors that no promise has carried: the path of the code that first asked. */
const given = new OwnWeakMap<object, { readonly path: AsyncTrace; readonly epoch: number }>()

/**
 * A callback was given an error that no promise has carried, or code has caught one that it called for: the path of the
 * present code is that of the error. It begins with the function that is in the error's own stack as well; if the error was
 * made outside of the program, with the callback. Null for an error that code made which has nothing to do with the present,
 * and for another one than that which Node.js reports as uncaught.
 */
function pathOfGiven(error: unknown): AsyncTrace | null {
  if (typeof error !== 'object' || error === null || !isError(error)) return null
  if (recordedFromMs() === null || reportedPromise() !== null) return null
  if (isUncaughtNoted && isUncaughtReported()) return null
  const known = given.get(error)
  if (known?.epoch === epoch) return known.path
  const own = filter(placesOf(unreadStacks()?.sitesOf(error) ?? stackOf(error) ?? ''), isOfProgram)
  const live = presentPlaces()
  const common = findIndex(live, (site) => own.some((each) => isSamePlace(each, site)))
  const from = common === -1 ? findLastIndex(live, isOfProgram) : common
  const path = creationPathFrom(from === -1 ? [] : slice(live, from), originOfPresent())
  if (path.frames[0]?.filename == null) return null
  const outermost = last(own)
  if (common === -1 && outermost !== undefined && !path.frames.some((frame) => isFrameOf(outermost, frame))) return null
  given.set(error, { path, epoch })
  return path
}

/** A place that was read from a text has a name only. */
function isSamePlace(own: Site, live: Site): boolean {
  if (own.enclosingLine !== null) return sameFunction(own, live)
  return own.name === live.name && own.script !== null && live.script !== null && isSameFile(own.script, live.script)
}

function isSameFile(a: string, b: string): boolean {
  return fileOfScript(a) === fileOfScript(b)
}

function isFrameOf(site: Site, { name, filename, line }: TraceFrame): boolean {
  const frame = frameAt(site, '')
  return frame.filename === filename && frame.name === name && (name !== '<anonymous>' || frame.line === line)
}

function isOfProgram({ isInternal, script }: Site): boolean {
  return !isInternal && script !== null && !includesText(script, 'node_modules')
}

/** Of a string or another value that is no object, only the promise knows. */
function pathOfReported(error: unknown): AsyncTrace | null {
  const promise = reportedPromise()
  return promise !== null && isRejectedWith(promise, error) ? pathOfRejected(promise) : null
}

function pathOfRejected(promise: object): AsyncTrace | null {
  return pathOfArrivals(arrivalsOfPromise(promise) ?? [])
}

/** Of a promise that is rejected, that of its reason; of another one, where the work behind it began. */
export function promisePath(promise: object, options: WalkOptions): AsyncTrace {
  const arrivals = arrivalsOfPromise(promise)
  if (arrivals === null) return pathOfPending(promise, options)
  return pathOfArrivals(arrivals, options) ?? creationPathFrom([], null, options)
}

/**
 * Packages meet most errors first. A connection that they share leads to the code that has opened it, so the path
 * begins with the first function of the program's own; without one, with the first of all. What has rejected counts if
 * nothing has received the error.
 */
export function pathOfArrivals(arrivals: readonly Arrival[], options?: WalkOptions): AsyncTrace | null {
  return firstOf(arrivals, options)?.path ?? null
}

function firstOf(arrivals: readonly Arrival[], options?: WalkOptions): { arrival: Arrival; path: AsyncTrace } | null {
  const received = filter(arrivals, ({ isOfRejection }) => !isOfRejection)
  return firstKnown(received, options) ?? firstKnown(arrivals, options)
}

function firstKnown(arrivals: readonly Arrival[], options: WalkOptions | undefined): ReturnType<typeof firstOf> {
  let first: { arrival: Arrival; path: AsyncTrace } | null = null
  for (let i = 0; i < arrivals.length; i++) {
    const arrival = arrivals[i] as Arrival
    const path = pathOfArrival(arrival, options)
    if (path === null) continue
    if (beginsInProgram(path)) return { arrival, path }
    first ??= { arrival, path }
  }
  return first
}

/** The functions and the task that a promise was rejected in. */
export interface FailedCall {
  /** Innermost first. */
  readonly sites: readonly Site[]
  readonly task: Task | null
}

/** Null for a promise that is not rejected, and where nothing is known of what rejected it. */
export function failedCallOf(promise: object): FailedCall | null {
  const found = firstOf(arrivalsOfPromise(promise) ?? [])
  if (found === null) return null
  const { isAwait, isOfRejection } = found.arrival
  const walk = walkFrom(...beginningOfPath(found.arrival))
  // What called `.then` is all that is known of that; a function ends where its task was created.
  const from = isAwait || isOfRejection ? 0 : 1
  const created = findIndex(walk.steps, ({ boundary }) => boundary !== null, from)
  const own = slice(walk.steps, 0, created === -1 ? walk.steps.length : created)
  return { sites: own.flatMap(({ site }) => (site === null ? [] : [site])), task: walk.task() }
}

/** What the listener of a reported rejection has as its origin: the path of the error, as far as it is known. */
function originOfRejection(promise: object): Origin | null {
  const found = firstOf(arrivalsOfPromise(promise) ?? [])
  if (found === null) return null
  const { origin, isAwait } = found.arrival
  const own = isAwait ? ownPlace(found.arrival) : null
  // The origin of a rejection has its own stack.
  if (own === null) return origin
  const stack = new CapturedStack(null, origin.stack?.atMs ?? 0)
  stack.sites = [own]
  return new Origin(stack, 0, origin, 'rejection', origin.epoch, origin.foldIn)
}

findOriginsBy(originOfRejection)
findCatchersBy(mayCatch)

export function beginsInProgram({ frames }: AsyncTrace): boolean {
  const file = frames[0]?.filename ?? null
  return file !== null && !includesText(file, 'node_modules')
}

function pathOfArrival(arrival: Arrival, options: WalkOptions | undefined): AsyncTrace | null {
  const path = creationPathFrom(...beginningOfPath(arrival), options)
  return path.frames[0]?.filename === null ? null : path
}

/** The places of the code that the error met, and where that code came from. */
function beginningOfPath(arrival: Arrival): [own: readonly Site[], origin: Origin | null] {
  const { origin, isAwait, isOfRejection } = arrival
  if (isOfRejection && origin.stack !== null) {
    return [asWritten(synchronousPart(readStack(origin.stack))), origin.parent]
  }
  const own = isAwait ? ownPlace(arrival) : null
  return [own === null ? [] : [own], origin]
}

/** Where the function awaits; where it begins, if only the function is known. */
function ownPlace({ origin, place, isCaptured, isOfCall }: Arrival): Site | null {
  if (place !== null) return readPlace(place)
  if (isCaptured && origin.stack !== null) return readStack(origin.stack)[0] ?? null
  const own = functionOf(origin)
  if (own === null) return null
  return own.isModule || (isOfCall && isAwaitInLine(own)) ? own : beginningOf(own)
}

function pathOfPending(promise: object, options: WalkOptions): AsyncTrace {
  const links = linksOf(promise)
  if (!(links instanceof Wait) || links.origin === null) return creationPathFrom([], null, options)
  const { origin, kind, place, isCaptured, isOfCall } = links
  // No program has the promise of a module's top level: this one was taken for it.
  if (kind === AWAIT && functionOf(origin)?.isModule === true) return creationPathFrom([], null, options)
  const isAwait = kind === AWAIT
  return creationPathFrom(
    ...beginningOfPath({ origin, isAwait, isOfRejection: false, place, isCaptured, isOfCall }),
    options,
  )
}
