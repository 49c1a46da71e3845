import { type Site, sameFunction, synchronousPart } from '../engine/call-sites.js'
import { asWritten } from '../engine/compiled-calls.js'
import { isYieldedCall } from '../engine/compiled-helpers.js'
import { every, filter, find, findIndex, findLastIndex, joined, slice, some } from '../engine/lists.js'
import { startsWith, test } from '../engine/primordials.js'
import { isAsyncFunction, isAwaitOfCall } from '../engine/source-text.js'
import { type CapturedStack, type Hop, type Origin, SEGMENT } from './origin.js'
import { readStack } from './pending-stacks.js'
import { isOfThenableJob, placeMade, QUEUES } from './thenable-job.js'

/** So many of the lowest places of a stack are looked at for the function that was resumed. */
export const BOTTOM = 8
const UNCERTAIN: Hop = {
  sites: [],
  boundaryAt: -1,
  boundary: null,
  task: null,
  own: null,
  bottom: [],
  hasGap: false,
  isCertain: false,
  isCutOff: false,
}

/**
 * @param callee places of which one is in the function that this origin resumed, or null where unknown:
 *   a check on the level that the hot path counted.
 * @param beginsTask the call that the origin stands for begins a task, though its caller awaits it: others do as well.
 */
export function readHop(origin: Origin, callee: readonly Site[] | null, beginsTask = false): Hop {
  const stack = runningPlaces(origin.stack)
  if (isOfThenableJob(origin)) return readJob(origin, stack)
  const level = levelOf(origin, stack)
  const bottom = slice(stack, -BOTTOM)
  const isCutOff = origin.stack?.isCutOff === true
  const certain = { bottom, hasGap: false, isCertain: true, isCutOff }
  const waiting = waitingCall(origin, stack)
  if (waiting !== null) {
    return { ...callersOf(origin, stack, 0, beginsTask), own: waiting, ...certain }
  }
  if (level === 0) {
    if (origin.kind === 'nextTick' && isScheduledByNode(stack)) origin.kind = 'callback'
    const sites = origin.kind === 'then' ? slice(stack, constructorsOf(stack)) : stack
    return { sites, boundaryAt: 0, boundary: origin.kind, task: origin, own: null, ...certain }
  }
  const own = ownPlace(stack, level, callee)
  if (own === -1) return UNCERTAIN
  return { ...callersOf(origin, stack, own, beginsTask), own: null, ...certain }
}

/** V8 calls the `then()` of a thenable: the path goes on where the promise was made that was resolved with it. */
function readJob(origin: Origin, stack: readonly Site[]): Hop {
  const { sites, isBehindGap } = placeMade(origin, stack, (level) => stack[ownPlace(stack, level, null)])
  const begins = { boundaryAt: 0, boundary: origin.kind, task: origin }
  const crossing = isBehindGap ? CONTINUES : begins
  const isCutOff = sites === stack && origin.stack?.isCutOff === true
  return {
    sites,
    ...crossing,
    own: null,
    bottom: slice(sites, -BOTTOM),
    hasGap: isBehindGap,
    isCertain: true,
    isCutOff,
  }
}

/** A place in the function that an origin resumes; null where none can be told. */
export function functionOf(origin: Origin): Site | null {
  const stack = runningPlaces(origin.stack)
  if (levelOf(origin, stack) === 0) return null
  return stack[ownPlace(stack, origin.level, null)] ?? null
}

/** The call of a compiled function, where a helper waits for it. */
export interface CompiledWait {
  readonly place: Site
  /** How many promises of calls and of executors were under way with it. */
  readonly activations: number
}

/** Null for an origin of anything else, and where the stack of the call is not known any more. */
export function compiledWait(origin: Origin): CompiledWait | null {
  let call: Origin | null = origin
  for (; call !== null; call = call.parent) {
    const stack = runningPlaces(call.stack)
    const place = waitingCall(call, stack)
    if (place === null) return null
    if (place.compiled?.isResumed === false) return { place, activations: stack.filter(isUnderWay).length }
  }
  return null
}

/** Where the awaiting function called what it awaits: its place in the stack of that call. */
export function placeOfCall(awaiting: Origin, called: Origin): Site | null {
  if (called.awaiter !== awaiting) return null
  return runningPlaces(called.stack).find(({ compiled }, i) => i > 0 && compiled?.isRunning === true) ?? null
}

/** The outermost function, with nothing below it, was resumed: its call is not under way. */
function isUnderWay(site: Site, at: number, stack: readonly Site[]): boolean {
  if (site.compiled !== undefined) return !site.compiled.isResumed
  if (isPromiseConstructor(site)) return true
  return isAsyncFunction(site) === true && !site.isModule && at < stack.length - 1
}

/** Node's functions that make a promise and begin what settles it. */
const PROMISE_MODULES = /^node:(?:internal\/)?(?:timers|fs|dns|readline)\/promises$/

/**
 * Whether work was begun by the executor of a `new Promise`, with no other async function between, or by a
 * function of Node's that returns the promise.
 */
export function isFromExecutor(origin: Origin): boolean {
  if (isFromNodesPromise(origin)) return true
  const stack = runningPlaces(origin.stack)
  const waiting = waitingCall(origin, stack)
  if (waiting !== null) return waiting.compiled?.isResumed === false
  const at = findIndex(stack, isPromiseConstructor)
  return at !== -1 && !some(slice(stack, 0, at), (site) => !site.isInternal && isAsyncFunction(site) === true)
}

/** Whether a function of Node's began the work that returns the promise of it: `timers/promises`. */
export function isFromNodesPromise(origin: Origin): boolean {
  const stack = runningPlaces(origin.stack)
  const program = findIndex(stack, (site) => !site.isInternal)
  for (let i = 0; i < program; i++) if (test(PROMISE_MODULES, (stack[i] as Site).script ?? '')) return true
  return false
}

/** The place in an executor that began the work itself, not by a function that it called; null for other work. */
export function executorOf(origin: Origin): Site | null {
  const stack = runningPlaces(origin.stack)
  const at = findIndex(stack, (site) => !site.isInternal)
  const caller = stack[at + 1]
  return at !== -1 && caller !== undefined && isPromiseConstructor(caller) ? (stack[at] ?? null) : null
}

/** The places that were running, one a function. */
export function runningPlaces(stack: CapturedStack | null): readonly Site[] {
  return stack === null ? [] : asWritten(synchronousPart(readStack(stack)))
}

/** The async function of the author's that waits where a compiler's helper called `.then`; null for any other `.then`. */
function waitingCall(origin: Origin, [top]: readonly Site[]): Site | null {
  if (origin.level !== 0 || top?.compiled?.isRunning !== false) return null
  if (origin.kind === 'then') origin.kind = 'async'
  return origin.kind === 'async' ? top : null
}

/** Node 22 and later show the built-in `then` on the stack; where it stands, no function awaits there. */
function levelOf(origin: Origin, stack: readonly Site[]): number {
  if (origin.kind !== 'async' || origin.level !== 1) return origin.level
  const top = stack[0]
  return top !== undefined && !top.script && test(/\bthen$/, top.name) ? 0 : 1
}

/** The program did not call `process.nextTick`: Node's own code did, to call back later. */
function isScheduledByNode(stack: readonly Site[]): boolean {
  const caller = find(stack, (site) => site.script !== QUEUES && !site.isOwn)
  return caller?.isInternal === true
}

/** A subclass's constructor, called by `then` for the promise that it returns, did not create the task. */
function constructorsOf(stack: readonly Site[]): number {
  let count = 0
  while (count < stack.length && startsWith((stack[count] as Site).name, 'new ')) count++
  return count
}

function ownPlace(stack: readonly Site[], level: number, callee: readonly Site[] | null): number {
  const counted = stepDown(stack, 0, level - 1)
  if (callee === null) return counted
  // Node's drain of the queue is on every such stack, and no function that was resumed.
  const known = filter(callee, ({ enclosingLine, script }) => enclosingLine !== null && script !== QUEUES)
  if (known.length === 0) return counted
  const isCallee = (site: Site) => some(known, (other) => sameFunction(site, other))
  const place = stack[counted]
  if (place !== undefined && (isCallee(place) || place.enclosingLine === null)) return counted
  const below = lowestOf(known, stack, counted + 1)
  return below !== -1 ? below : lowestOf(known, stack, 0)
}

/** Where in a stack the outermost of some functions stands that is in it: others were called by the resumed one. */
function lowestOf(functions: readonly Site[], stack: readonly Site[], from: number): number {
  for (let i = functions.length - 1; i >= 0; i--) {
    const at = findIndex(stack, (site) => sameFunction(site, functions[i] as Site), from)
    if (at !== -1) return at
  }
  return -1
}

/** From a place in the stack down to the n-th async function below it; the last one where there are fewer. */
function stepDown(stack: readonly Site[], from: number, steps: number): number {
  let at = from
  for (let i = from + 1; i < stack.length && steps > 0; i++) {
    if (!isAsync(stack[i])) continue
    at = i
    steps--
  }
  return at
}

/** A function whose source cannot be read counts as async if it is the program's own. */
function isAsync(site: Site | undefined): boolean {
  return site !== undefined && (isAsyncFunction(site) ?? !site.isInternal)
}

type Callers = Pick<Hop, 'sites' | 'boundaryAt' | 'boundary' | 'task'>

const CONTINUES = { boundaryAt: -1, boundary: null, task: null }

/** Goes down through the callers that awaited at once, to the first that did not: there the task begins. */
function callersOf(origin: Origin, stack: readonly Site[], own: number, beginsTask: boolean): Callers {
  let sites: Site[] = []
  let at = own
  let present = origin
  let places = stack
  for (;;) {
    const awaiter = beginsTask ? null : present.awaiter
    const below = slice(places, at + 1)
    // The segment itself has resumed it: what created it is in the parent.
    if (places[at]?.compiled?.isResumed === true) return { sites: joined(sites, below), ...CONTINUES }
    const next = awaiter === null ? -1 : awaiterPlace(present, awaiter, places, at)
    if (awaiter === null || next === -1) {
      const yielding = yieldingPlace(places, at)
      if (yielding !== -1) {
        sites = joined(sites, slice(places, at + 1, yielding + 1))
        at = yielding
        continue
      }
      const boundaryAt = sites.length
      sites = joined(sites, below)
      // Nobody of the program's called it here: it is the function that the segment itself resumed.
      if (every(below, (site) => site.isInternal)) return { sites, ...CONTINUES }
      return { sites, boundaryAt, boundary: 'async', task: present }
    }
    if (awaiter === SEGMENT) {
      sites = joined(sites, below)
      return { sites, ...CONTINUES }
    }
    sites = joined(sites, slice(places, at + 1, next + 1))
    if (awaiter.stack === present.stack) at = next
    else {
      places = runningPlaces(awaiter.stack)
      at = stepDown(places, 0, awaiter.level - 1)
    }
    present = awaiter
  }
}

/** A compiled function whose text awaits the call at once, where the records do not tell; else -1. */
function yieldingPlace(places: readonly Site[], at: number): number {
  const [own, caller] = [places[at], places[at + 1]]
  if (own?.compiled === undefined || caller?.compiled?.isRunning !== true) return -1
  return isYieldedCall(caller) ? at + 1 : -1
}

/**
 * Where the awaiting caller stands in the stack; -1 where another async function, or the executor of a
 * promise, lies between: then what was awaited was not this call.
 */
function awaiterPlace(present: Origin, awaiter: Origin, places: readonly Site[], at: number): number {
  if (awaiter === SEGMENT) {
    const below = slice(places, at + 1)
    const others = filter(below, (site) => !site.isInternal && isAsync(site))
    return others.length > 1 || some(below, isPromiseConstructor) ? -1 : places.length
  }
  if (awaiter.stack === present.stack) {
    const next = stepDown(places, at, awaiter.level - present.level)
    const executor = findIndex(places, isPromiseConstructor, at + 1)
    if (executor === -1 || executor > next) return next
    // The executor's own caller awaits another promise: who awaits this call is a function of Node's above it.
    return findLastIndex(places, (site, i) => i > at && i < executor && site.isInternal && site.script !== null)
  }
  const theirs = runningPlaces(awaiter.stack)
  const next = places.length - theirs.length
  const place = places[next]
  const top = theirs[0]
  if (next <= at || place === undefined || top === undefined) return -1
  const between = slice(places, at + 1, next)
  if (some(between, (site) => isPromiseConstructor(site) || (!site.isInternal && isAsync(site)))) return -1
  if (levelOf(awaiter, theirs) === 0) return isWaitOf(place, awaiter, theirs) ? next : -1
  if (!sameFunction(place, top)) return -1
  return isAwaitOfCall(top, place) ? next : -1
}

/** Whether it is a compiled function's helper that waits, not the program's own `.then`. */
function isWaitOf(place: Site, awaiter: Origin, theirs: readonly Site[]): boolean {
  const waiting = waitingCall(awaiter, theirs)?.compiled
  if (waiting === undefined || place.compiled?.isRunning !== true) return false
  return waiting.isResumed ? place.compiled.isResumed : sameFunction(place, theirs[0] as Site)
}

function isPromiseConstructor(site: Site): boolean {
  return !site.script && site.name === 'new Promise'
}
