import { type Site, sameFunction, synchronousPart } from '../engine/call-sites.js'
import { isAsyncFunction, isAwaitOfCall } from '../engine/source-text.js'
import { type CapturedStack, type Hop, type Origin, SEGMENT } from './origin.js'
import { readStack } from './pending-stacks.js'

/** So many of the lowest places of a stack are looked at for the function that was resumed. */
export const BOTTOM = 8
/** Where Node runs its ticks and microtasks. */
const QUEUES = 'node:internal/process/task_queues'
const UNCERTAIN: Hop = {
  sites: [],
  boundaryAt: -1,
  boundary: null,
  task: null,
  bottom: [],
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
  const level = levelOf(origin, stack)
  const bottom = stack.slice(-BOTTOM)
  const isCutOff = origin.stack?.isCutOff === true
  if (level === 0) {
    if (origin.kind === 'nextTick' && isScheduledByNode(stack)) origin.kind = 'callback'
    const sites = origin.kind === 'then' ? stack.slice(constructorsOf(stack)) : stack
    return { sites, boundaryAt: 0, boundary: origin.kind, task: origin, bottom, isCertain: true, isCutOff }
  }
  const own = ownPlace(stack, level, callee)
  if (own === -1) return UNCERTAIN
  const callers = callersOf(origin, stack, own, beginsTask)
  return { ...callers, bottom, isCertain: true, isCutOff }
}

/** A place in the function that an origin resumes; null where none can be told. */
export function functionOf(origin: Origin): Site | null {
  const stack = runningPlaces(origin.stack)
  if (levelOf(origin, stack) === 0) return null
  return stack[ownPlace(stack, origin.level, null)] ?? null
}

/** Node's functions that make a promise and begin what settles it. */
const PROMISE_MODULES = /^node:(?:internal\/)?(?:timers|fs|dns|readline)\/promises$/

/**
 * Whether work was begun by the executor of a `new Promise`, with no other async function between, or by a
 * function of Node's that returns the promise.
 */
export function isFromExecutor(origin: Origin): boolean {
  const stack = runningPlaces(origin.stack)
  const program = stack.findIndex((site) => !site.isInternal)
  if (stack.slice(0, Math.max(0, program)).some((site) => PROMISE_MODULES.test(site.script ?? ''))) return true
  const at = stack.findIndex(isPromiseConstructor)
  return at !== -1 && !stack.slice(0, at).some((site) => !site.isInternal && isAsyncFunction(site) === true)
}

function runningPlaces(stack: CapturedStack | null): readonly Site[] {
  return stack === null ? [] : synchronousPart(readStack(stack))
}

/** Node 22 and later show the built-in `then` on the stack; where it stands, no function awaits there. */
function levelOf(origin: Origin, stack: readonly Site[]): number {
  if (origin.kind !== 'async' || origin.level !== 1) return origin.level
  const top = stack[0]
  return top !== undefined && !top.script && /\bthen$/.test(top.name) ? 0 : 1
}

/** The program did not call `process.nextTick`: Node's own code did, to call back later. */
function isScheduledByNode(stack: readonly Site[]): boolean {
  const caller = stack.find((site) => site.script !== QUEUES && !site.isOwn)
  return caller?.isInternal === true
}

/** A subclass's constructor, called by `then` for the promise that it returns, did not create the task. */
function constructorsOf(stack: readonly Site[]): number {
  let count = 0
  while (stack[count]?.name.startsWith('new ') === true) count++
  return count
}

function ownPlace(stack: readonly Site[], level: number, callee: readonly Site[] | null): number {
  const counted = stepDown(stack, 0, level - 1)
  if (callee === null) return counted
  // Node's drain of the queue is on every such stack, and no function that was resumed.
  const known = callee.filter(({ enclosingLine, script }) => enclosingLine !== null && script !== QUEUES)
  if (known.length === 0) return counted
  const isCallee = (site: Site) => known.some((other) => sameFunction(site, other))
  const place = stack[counted]
  if (place !== undefined && (isCallee(place) || place.enclosingLine === null)) return counted
  const below = lowestOf(known, stack, counted + 1)
  return below !== -1 ? below : lowestOf(known, stack, 0)
}

/** Where in a stack the outermost of some functions stands that is in it: others were called by the resumed one. */
function lowestOf(functions: readonly Site[], stack: readonly Site[], from: number): number {
  for (const each of functions.toReversed()) {
    const at = stack.findIndex((site, i) => i >= from && sameFunction(site, each))
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

/** Goes down through the callers that awaited at once, to the first that did not: there the task begins. */
function callersOf(origin: Origin, stack: readonly Site[], own: number, beginsTask: boolean): Callers {
  const sites: Site[] = []
  let at = own
  let present = origin
  let places = stack
  for (;;) {
    const awaiter = beginsTask ? null : present.awaiter
    const below = places.slice(at + 1)
    const next = awaiter === null ? -1 : awaiterPlace(present, awaiter, places, at)
    if (awaiter === null || next === -1) {
      const boundaryAt = sites.length
      sites.push(...below)
      // Nobody of the program's called it here: it is the function that the segment itself resumed.
      if (below.every((site) => site.isInternal)) return { sites, boundaryAt: -1, boundary: null, task: null }
      return { sites, boundaryAt, boundary: 'async', task: present }
    }
    if (awaiter === SEGMENT) {
      sites.push(...below)
      return { sites, boundaryAt: -1, boundary: null, task: null }
    }
    sites.push(...places.slice(at + 1, next + 1))
    if (awaiter.stack === present.stack) at = next
    else {
      places = runningPlaces(awaiter.stack)
      at = stepDown(places, 0, awaiter.level - 1)
    }
    present = awaiter
  }
}

/**
 * Where the awaiting caller stands in the stack; -1 where another async function, or the executor of a
 * promise, lies between: then what was awaited was not this call.
 */
function awaiterPlace(present: Origin, awaiter: Origin, places: readonly Site[], at: number): number {
  if (awaiter === SEGMENT) {
    const below = places.slice(at + 1)
    const others = below.filter((site) => !site.isInternal && isAsync(site))
    return others.length > 1 || below.some(isPromiseConstructor) ? -1 : places.length
  }
  if (awaiter.stack === present.stack) {
    const next = stepDown(places, at, awaiter.level - present.level)
    const executor = places.findIndex((site, i) => i > at && isPromiseConstructor(site))
    if (executor === -1 || executor > next) return next
    // The executor's own caller awaits another promise: who awaits this call is a function of Node's above it.
    return places.findLastIndex((site, i) => i > at && i < executor && site.isInternal && site.script !== null)
  }
  const theirs = runningPlaces(awaiter.stack)
  const next = places.length - theirs.length
  const [place, top] = [places[next], theirs[0]]
  if (next <= at || place === undefined || top === undefined || !sameFunction(place, top)) return -1
  const between = places.slice(at + 1, next)
  if (between.some((site) => isPromiseConstructor(site) || (!site.isInternal && isAsync(site)))) return -1
  return isAwaitOfCall(top, place) ? next : -1
}

function isPromiseConstructor(site: Site): boolean {
  return !site.script && site.name === 'new Promise'
}
