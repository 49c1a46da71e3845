import { filter, find, findIndex, slice, some } from '../engine/lists.js'
import { max, OwnWeakMap, startsWith, test } from '../engine/primordials.js'
import { type Site, sameFunction } from '../engine/site.js'
import { isAsyncFunction } from '../engine/source-text.js'
import { CONTINUES, callersOf } from './callers.js'
import { type Hop, Origin } from './origin.js'
import { isAsync, isPromiseConstructor, levelOf, runningPlaces, stepDown, waitingCall } from './stack-places.js'
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

/** A function on the stack, and below it those that called it. */
export interface Call {
  /** Innermost first. */
  readonly stack: readonly Site[]
  readonly at: number
  /** With which the stack was captured. */
  readonly origin: Origin
}

/** The call of the async function that an origin resumes: its stack, as it first suspended. Null if it is not known. */
export function callOf(resumed: Origin): Call | null {
  let known: Site | null = null
  for (let origin: Origin | null = resumed; origin?.kind === 'async' && origin.level > 0; origin = origin.parent) {
    const stack = runningPlaces(origin.stack)
    const at = levelOf(origin, stack) === 0 ? -1 : ownPlace(stack, origin.level, null)
    const own = stack[at]
    if (own === undefined || own.compiled !== undefined) return null
    if (known !== null && !sameFunction(own, known)) return null
    if (some(slice(stack, at + 1), (site) => !site.isInternal)) return { stack, at, origin }
    known = own
  }
  return null
}

/** What the async function of a call would have as its origin, had it suspended. */
export function originOfCall({ stack, at, origin }: Call): Origin {
  const above = filter(slice(stack, 1, at + 1), isAsync).length
  return new Origin(origin.stack, above + 1, origin.parent, 'async', origin.epoch, origin.foldIn)
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

/** What a stack tells of the promise for which work was begun. */
interface Making {
  /** In the executor of a `new Promise`, with no other async function between. */
  readonly isInExecutor: boolean
  /** By a function of Node's that returns the promise. */
  readonly isInNode: boolean
  /** The place in an executor that began the work itself. */
  readonly executor: Site | null
}

/** By the list of a stack's places, which thousands of stacks may share. */
const makings = new OwnWeakMap<readonly Site[], Making>()

function makingOf(stack: readonly Site[]): Making {
  let making = makings.get(stack)
  if (making === undefined) {
    making = readMaking(stack)
    makings.set(stack, making)
  }
  return making
}

function readMaking(stack: readonly Site[]): Making {
  const at = findIndex(stack, isPromiseConstructor)
  const isInExecutor =
    at !== -1 && !some(slice(stack, 0, at), (site) => !site.isInternal && isAsyncFunction(site) === true)
  const program = findIndex(stack, (site) => !site.isInternal)
  const caller = stack[program + 1]
  const isOwnWork = program !== -1 && caller !== undefined && isPromiseConstructor(caller)
  const isInNode = some(slice(stack, 0, max(0, program)), ({ script }) => test(PROMISE_MODULES, script ?? ''))
  return { isInExecutor, isInNode, executor: isOwnWork ? (stack[program] ?? null) : null }
}

/**
 * Whether work was begun by the executor of a `new Promise`, with no other async function between, or by a
 * function of Node's that returns the promise.
 */
export function isFromExecutor(origin: Origin): boolean {
  const stack = runningPlaces(origin.stack)
  const { isInNode, isInExecutor } = makingOf(stack)
  if (isInNode) return true
  const waiting = waitingCall(origin, stack)
  return waiting === null ? isInExecutor : waiting.compiled?.isResumed === false
}

/** Whether a function of Node's began the work that returns the promise of it: `timers/promises`. */
export function isFromNodesPromise(origin: Origin): boolean {
  return makingOf(runningPlaces(origin.stack)).isInNode
}

/** The place in an executor that began the work itself, not by a function that it called; null for other work. */
export function executorOf(origin: Origin): Site | null {
  return makingOf(runningPlaces(origin.stack)).executor
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
