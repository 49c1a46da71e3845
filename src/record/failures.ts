/**
 * What became of a rejection: which functions and `.then` callbacks were resumed with it, in this order. The first of them
 * is where the error came into the program; by the time someone prints it, nobody may be left on that path.
 *
 * A resumption is looked at when it begins (V8 tells the state of what was awaited), and the promise of an async function
 * when the reaction that settled it ends. Nothing is captured or formatted: the records are there already.
 * What it costs is in `benchmarks/promises.mjs` and `benchmarks/errors.mjs`.
 */
import { includes } from '../engine/lists.js'
import { OwnWeakMap } from '../engine/primordials.js'
import { findPromiseDetails, findRejectionTest, type IsRejected, type PromiseDetails } from '../engine/promise-state.js'
import {
  findNodesRejections,
  HAS_REJECTION,
  type NodesRejections,
  watchReports,
  watchUnhandled,
} from '../engine/reported-rejections.js'
import { type Arrival, arrivalOfRejecting } from './arrival.js'
import { type Failure, forgetKeptFailures, listFailure } from './kept-failures.js'
import type { Origin } from './origin.js'
import { forgetReport, noteReport } from './reported.js'
import { PromiseStamp } from './stamp.js'
import { ADOPT, AWAIT, Wait } from './wait.js'

interface Course extends Failure {
  readonly arrivals: Arrival[]
  /** What is rejected next: the course goes on with what waits for it. */
  head: object
  /** The promise in whose executor the newest `.then` may have been called; null for none. */
  maker: object | null
  /** Of a function whose promise is not certain: what else may be rejected next. */
  candidates: readonly object[] | null
}

const MAX_ARRIVALS = 16

/** By the error; by the promises that were rejected for a reason that is no object. */
let courses = new OwnWeakMap<object, Course>()
let detailsOf: PromiseDetails | null = null
let isRejected: IsRejected = () => false

type OnArrival = (reason: object, arrivals: readonly Arrival[]) => void
let onArrival: OnArrival | null = null

/** @param listener is told of each new arrival of an error; null for none. */
export function listenToArrivals(listener: OnArrival | null): void {
  onArrival = listener
}

/** The newest wait that was ended by a reason that is no object: only there can it be told which rejection is meant. */
export const newest = {
  wait: null as Wait | null,
  reason: undefined as unknown,
  course: null as Course | null,
}

/** The async function or `.then` that has ended in the present reaction: it may have failed. */
export const ended = {
  /** False where no rejection can be seen: then nothing is kept for it. */
  isWatched: false,
  promise: null as object | null,
  origin: null as Origin | null,
  isAwait: true,
  /** The function whose promise this may be: it is not if the function waits again. */
  uncertain: null as Wait | null,
}

/** What was noted is not read again. */
export function forgetFailures(): void {
  courses = new OwnWeakMap<object, Course>()
  forgetKeptFailures()
  ended.promise = null
  ended.origin = null
  ended.uncertain = null
  forgetNewest()
}

/** The reaction ends. */
export function forgetNewest(): void {
  newest.wait = null
  newest.reason = undefined
  newest.course = null
}

/** Unless Node says otherwise, promises may have been rejected. */
let flags: Uint8Array = new Uint8Array([1, 1])
let nodes: NodesRejections | null = null

/**
 * To be called before promises are listened to.
 *
 * @param onUnhandled is called when a promise is rejected that nothing waits for yet.
 * @returns what stops it.
 */
export function readRejections(onUnhandled: (promise: object, reason: unknown) => void): () => void {
  detailsOf ??= findPromiseDetails()
  ended.isWatched = detailsOf !== null
  if (detailsOf !== null) isRejected = findRejectionTest(detailsOf)
  nodes ??= findNodesRejections()
  if (nodes === null) return () => {}
  flags = nodes.flags
  const stopReports = watchReports(nodes, (promise) => {
    noteReport(promise)
    if (onArrival !== null) tellReported(promise, onArrival)
  })
  const stopUnhandled = watchUnhandled(nodes, onUnhandled)
  return () => {
    stopUnhandled()
    stopReports()
    forgetReport()
  }
}

/** Nothing has received the rejection: only the code that has rejected is known. */
function tellReported(promise: object, tell: OnArrival): void {
  const reason = detailsOf?.(promise)[1]
  const arrivals = isObject(reason) ? courses.get(reason)?.arrivals : undefined
  if (isObject(reason) && arrivals?.[arrivals.length - 1]?.isOfRejection === true) tell(reason, arrivals)
}

/** A wait is over. Hot. @param on what it was for. */
export function noteResumed(wait: Wait, on: object): void {
  if (detailsOf === null || wait.isOfValue || (wait.isOfEndedCall && flags[HAS_REJECTION] === 0)) return
  const failed = takeOrigin(on)
  if (!isRejected(on)) return
  const reason = detailsOf(on)[1]
  const { origin, of, kind } = wait
  const course = courseOf(reason, on)
  if (failed !== null && course.head === on && course.arrivals.length === 0) addFailed(course, failed, true, reason)
  course.head = of
  course.maker = wait.maker
  course.candidates = wait.candidates
  if (!isObject(reason)) {
    courses.set(of, course)
    newest.wait = wait
    newest.reason = reason
    newest.course = course
  }
  if (kind === ADOPT || origin === null) return
  const { place, isCaptured, isOfCall } = wait
  addArrival(course, { origin, isAwait: kind === AWAIT, isOfRejection: false, place, isCaptured, isOfCall }, reason)
}

/**
 * A promise has settled while a resumed function runs whose own promise is not certain: after `await import()` it may be
 * taken for one of Node's. Of those that it may be, the last to settle in a reaction that ends the function is its own.
 */
export function noteSettledBy(resumed: Wait, promise: object): void {
  const { candidates, of, kind, on, origin } = resumed
  if (!ended.isWatched || kind !== AWAIT || on !== null || of === promise || origin === null) return
  if (candidates === null || !includes(candidates, promise)) return
  ended.promise = promise
  ended.origin = origin
  ended.isAwait = true
  ended.uncertain = resumed
}

/** The reaction ends in which an async function or the callback of a `.then` has settled its promise. */
export function noteEnded(): void {
  const { promise, origin, isAwait, uncertain } = ended
  ended.promise = null
  ended.origin = null
  ended.uncertain = null
  if (promise === null || origin === null || detailsOf === null) return
  if (uncertain !== null && uncertain.on !== null) return
  if (!isRejected(promise)) return
  const reason = detailsOf(promise)[1]
  const known = courses.get(isObject(reason) ? reason : promise)
  // What it was resumed with has gone through it.
  if (known !== undefined && isNext(known, promise)) {
    known.head = promise
    return
  }
  const course = courseOf(reason, promise)
  course.head = promise
  course.maker = null
  course.candidates = null
  addFailed(course, origin, isAwait, reason)
}

/** Whether it is known where the rejection of a promise comes from. */
export function isOnCourse(promise: object, reason: unknown): boolean {
  const known = courses.get(isObject(reason) ? reason : promise)
  return known !== undefined && isNext(known, promise)
}

/** @param origin of the code that has rejected the promise, which is running. */
export function noteRejected(promise: object, reason: unknown, origin: Origin): void {
  add(courseOf(reason, promise), arrivalOfRejecting(origin))
}

/** The origin of the async function that has settled its promise; from here on, it is not kept with the promise. */
function takeOrigin(promise: object): Origin | null {
  const record = PromiseStamp.get(promise)
  if (!(record instanceof Wait) || record.of !== promise || record.kind !== AWAIT || record.on !== null) return null
  const { origin } = record
  record.origin = null
  return origin
}

/**
 * Where an error has been, first to last; empty where that is not known.
 *
 * @param resumed the wait that the present reaction has ended; null outside.
 */
export function arrivalsOf(reason: unknown, resumed: Wait | null): readonly Arrival[] {
  if (isObject(reason)) return courses.get(reason)?.arrivals ?? []
  if (resumed === null || newest.wait !== resumed || newest.reason !== reason) return []
  return newest.course?.arrivals ?? []
}

/** The same for what a promise was rejected with; null where it is not rejected, or that cannot be told. */
export function arrivalsOfPromise(promise: object): readonly Arrival[] | null {
  if (detailsOf === null || !isRejected(promise)) return null
  const reason = detailsOf(promise)[1]
  return courses.get(isObject(reason) ? reason : promise)?.arrivals ?? []
}

export function isRejectedWith(promise: object, reason: unknown): boolean {
  if (detailsOf === null) return false
  return isRejected(promise) && detailsOf(promise)[1] === reason
}

function addFailed(course: Course, origin: Origin, isAwait: boolean, reason: unknown): void {
  const arrival = { origin, isAwait, isOfRejection: false, place: null, isCaptured: false, isOfCall: false }
  addArrival(course, arrival, reason)
}

function addArrival(course: Course, arrival: Arrival, reason: unknown): void {
  if (add(course, arrival) && onArrival !== null && isObject(reason)) onArrival(reason, course.arrivals)
}

function add(course: Course, arrival: Arrival): boolean {
  const { arrivals } = course
  if (arrivals.length === MAX_ARRIVALS) return false
  arrivals[arrivals.length] = arrival
  listFailure(course)
  return true
}

/** The course that the rejection of a promise continues; a new one where an error is thrown again, or goes two ways. */
function courseOf(reason: unknown, on: object): Course {
  const key = isObject(reason) ? reason : on
  const known = courses.get(key)
  if (known !== undefined && isNext(known, on)) return known
  const course = { arrivals: [], isListed: false, head: on, maker: null, candidates: null }
  courses.set(key, course)
  return course
}

function isNext({ head, maker, candidates }: Course, on: object): boolean {
  return head === on || maker === on || (candidates !== null && includes(candidates, on))
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
