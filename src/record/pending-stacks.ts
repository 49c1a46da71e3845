import { sitesOf } from '../engine/call-sites.js'
import { callLater, now } from '../engine/real-clock.js'
import { type CapturedStack, MAX_FRAMES, Origin } from './origin.js'
import { sharedStack } from './shared-stacks.js'

/**
 * A raw stack keeps its functions and receivers alive. So the stacks of work that is still pending after
 * half a second are turned into plain places by a slow sweep. Two lists tell the sweep where to look, and
 * neither keeps a promise or a resource alive: origins of promises, which leave the list when their work
 * resumes, and weak references to timers and native operations, whose end nobody announces.
 */
const PENDING_MS = 500
const SWEEP_EVERY_MS = 250
/** While much is waiting to be read, a quarter of the time at most. */
const SWEEP_BUDGET_MS = 5
const SWEEP_PAUSE_MS = 15
/** Between two looks at the clock. */
const SWEEP_STEP = 16
/** With more listed than this, each new one has the oldest read at once: a burst cannot outrun the sweep. */
const MAX_LISTED = 16_384
/** Timers that fire soon are listed only while fewer resources are. */
const FEW_LISTED = 4096
/** Timers that are over and whose object still exists: so many are read each time, of more the stack is let go. */
const MAX_OVER_READ = 16

/** The list's two ends: `ends.newer` is the oldest origin, `ends.older` the newest. */
const ends = new Origin(null, 0, null, 'async', -1, 0)
ends.newer = ends
ends.older = ends
let listed = 0

interface PendingResource {
  readonly resource: WeakRef<object>
  readonly atMs: number
}
/** Oldest first; those before `firstResource` are done with. */
let resources: PendingResource[] = []
let firstResource = 0
let originOf: (resource: object) => Origin | null = () => null
let forget: (resource: object) => void = () => {}
let overRead = 0
let stopSweeper: (() => void) | null = null

/** Hot: once a capture, and once an await that shares an origin. */
export function addPending(origin: Origin): void {
  const newest = ends.older as Origin
  origin.older = newest
  origin.newer = ends
  newest.newer = origin
  ends.older = origin
  if (++listed > MAX_LISTED) readOldest()
}

/** Hot: once a resumption. */
export function removePending(origin: Origin): void {
  const { newer, older } = origin
  if (newer === null || older === null) return
  older.newer = newer
  newer.older = older
  origin.newer = null
  origin.older = null
  listed--
}

function readOldest(): void {
  const oldest = ends.newer as Origin
  removePending(oldest)
  readChain(oldest)
}

/** For a resource that may be pending for longer than the sweep waits. */
export function addPendingResource(resource: object, atMs: number): void {
  resources.push({ resource: new WeakRef(resource), atMs })
}

/** The same for a timer that fires sooner: the program may keep its object. */
export function addShortTimer(timer: object, atMs: number): void {
  if (resources.length - firstResource < FEW_LISTED) addPendingResource(timer, atMs)
}

/** The places of a stack; the raw stack, with all that it kept alive, is let go. */
export function readStack(stack: CapturedStack): NonNullable<CapturedStack['sites']> {
  if (stack.error !== null) {
    const { sites, captured } = sitesOf(stack.error)
    stack.error = null
    stack.sites = sharedStack(sites)
    stack.isCutOff = captured === MAX_FRAMES && sites.at(-1)?.isAwaiting === false
  }
  return stack.sites ?? []
}

/** @param records finds the origin of a resource, and takes it off. */
export function startSweeping(records: { of: typeof originOf; forget: typeof forget }): void {
  originOf = records.of
  forget = records.forget
  stopSweeper ??= callLater(sweep, SWEEP_EVERY_MS)
}

/** Also lets every listed raw stack go. */
export function stopSweeping(): void {
  stopSweeper?.()
  stopSweeper = null
  resources = []
  firstResource = 0
  for (let origin = ends.newer as Origin; origin !== ends; origin = ends.newer as Origin) {
    removePending(origin)
    if (origin.stack !== null) origin.stack.error = null
  }
}

function sweep(): void {
  const isDone = sweepOnce()
  stopSweeper = callLater(sweep, isDone ? SWEEP_EVERY_MS : SWEEP_PAUSE_MS)
}

/** @returns true where nothing old is left. */
function sweepOnce(): boolean {
  const startedMs = now()
  overRead = 0
  for (let count = 1; ; count++) {
    const origin = takeOldest(startedMs - PENDING_MS)
    if (origin === undefined) return true
    readChain(origin)
    if (count % SWEEP_STEP === 0 && now() - startedMs > SWEEP_BUDGET_MS) return false
  }
}

/** @returns undefined where nothing is as old as that; null for what has ended meanwhile. */
function takeOldest(beforeMs: number): Origin | null | undefined {
  const oldest = ends.newer as Origin
  if (oldest !== ends && (oldest.stack?.atMs ?? 0) < beforeMs) {
    removePending(oldest)
    return oldest
  }
  const first = resources[firstResource]
  if (first === undefined || first.atMs >= beforeMs) return undefined
  if (++firstResource * 2 > resources.length) {
    resources = resources.slice(firstResource)
    firstResource = 0
  }
  const resource = first.resource.deref()
  if (resource === undefined) return null
  if (!isOverTimer(resource) || overRead++ < MAX_OVER_READ) return originOf(resource)
  forget(resource)
  return null
}

/** Node marks a timer that has fired or was cleared; the program may keep it, and set it anew by `refresh()`. */
function isOverTimer(resource: object): boolean {
  return Object.getOwnPropertyDescriptor(resource, '_destroyed')?.value === true
}

/** Also what created it: ticks and immediates are in no list of their own. */
function readChain(from: Origin | null): void {
  for (let origin = from; origin?.stack?.error != null; origin = origin.parent) {
    try {
      readStack(origin.stack)
    } catch {
      origin.stack.error = null
    }
  }
}
