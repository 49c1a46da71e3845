/**
 * Work that an exception has left: a bound callback, a microtask, a message of another process. Such work runs within other
 * code, so it is over when Node.js calls the listeners of uncaught exceptions, and Node has no context of it for them.
 */
import { liveSites, sharedSitesOf } from '../engine/call-sites.js'
import { every, filter, findLast, some } from '../engine/lists.js'
import { executionAsyncId } from '../engine/node-primordials.js'
import type { Site } from '../engine/site.js'
import { captureSyncStack } from '../engine/sync-capture.js'
import { beginCapture, ErrorOfRealm, endCapture, isWalkOff } from './capture.js'
import { countFault } from './faults.js'
import { MAX_FRAMES, type Origin } from './origin.js'
import { currentOrigin, originOfResource } from './present.js'

interface Exit {
  readonly origin: Origin
  /** Of the code that called it. */
  readonly stack: Error
}

const MAX_EXITS = 16

/** The exits of one unwinding, innermost first. */
let exits: Exit[] = []
/** Node's id of what runs outside of them all. */
let outerId = 0
let mayCatch: (site: Site) => boolean = () => true

/** @param reader tells whether the function at a place may catch what its call throws. */
export function findCatchersBy(reader: typeof mayCatch): void {
  mayCatch = reader
}

/** Other work begins, or nothing unwinds any more. Hot for bound calls. */
export function forgetUnwound(): void {
  if (exits.length > 0) exits = []
}

/** An exception leaves the work of an origin. */
export function noteUnwound(origin: Origin): void {
  try {
    addExit(origin)
  } catch (error) {
    countFault(error)
  }
}

/** An exception leaves `AsyncResource.runInAsyncScope`, whose code comes from the code that calls it, if that is known. */
export function noteUnwoundScope(resource: unknown): void {
  try {
    const isObject = typeof resource === 'object' && resource !== null
    const origin = isObject && currentOrigin() === null ? originOfResource(resource) : null
    if (origin !== null) addExit(origin)
    outerId = executionAsyncId()
  } catch (error) {
    countFault(error)
  }
}

function addExit(origin: Origin): void {
  outerId = executionAsyncId()
  if (exits.length === MAX_EXITS) return
  const limit = beginCapture(MAX_FRAMES)
  const stack = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
  endCapture(limit)
  exits[exits.length] = { origin, stack }
}

/** The origin of the code that runs; in a listener of uncaught exceptions, that of the code that threw. */
export function originOfPresent(): Origin | null {
  return unwoundOrigin() ?? currentOrigin()
}

/** The same, for Node's report of an uncaught exception, of which nothing else is on the stack. */
export function originOfUncaught(): Origin | null {
  return outermostExit() ?? currentOrigin()
}

/** Null if what threw is the code that runs, as far as Node.js tells, and outside of those listeners. */
function unwoundOrigin(): Origin | null {
  if (exits.length === 0) return null
  const outermost = findLast(liveSites(), ({ isOwn }) => !isOwn)
  return outermost !== undefined && isReporter(outermost) ? outermostExit() : null
}

function outermostExit(): Origin | null {
  if (exits.length === 0 || outerId !== executionAsyncId()) return null
  for (let i = 0; i < exits.length; i++) {
    const { origin, stack } = exits[i] as Exit
    if (hasNoCatcher(stack)) return origin
  }
  return null
}

/** Code of the program below may have caught the exception, and what was thrown then is another one. */
function hasNoCatcher(stack: Error): boolean {
  const { sites, captured } = sharedSitesOf(stack)
  if (captured >= MAX_FRAMES) return false
  const running = filter(sites, ({ isAwaiting }) => !isAwaiting)
  return every(running, ({ isInternal }) => isInternal) || !some(running, mayCatch)
}

/** Whether Node.js calls the listeners of an uncaught exception or an unhandled rejection that it throws. */
export function isUncaughtReported(): boolean {
  return some(liveSites(), isReporter)
}

const SCRIPT = 'node:internal/process/execution'
const WORKERS_SCRIPT = 'node:internal/main/worker_thread'

/**
 * Node's `process._fatalException`, which calls these listeners (Node 20 to 26). It has no name of its own; in a worker, it is
 * called by another one, which has.
 */
function isReporter({ script, functionName, typeName }: Site): boolean {
  if (script === WORKERS_SCRIPT) return functionName === 'workerOnGlobalUncaughtException'
  return script === SCRIPT && functionName === null && typeName === 'process'
}
