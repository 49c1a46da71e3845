/** Promises of subclasses and of other realms: what the events alone do not tell of them. */
import { sitesOf } from '../engine/call-sites.js'
import { findIndex, slice, some } from '../engine/lists.js'
import { executionAsyncId } from '../engine/node-primordials.js'
import { getPrototypeOf, OwnWeakMap, PromiseOfRealm, startsWith, test } from '../engine/primordials.js'
import { isThenHeard } from '../engine/realms.js'
import type { Site } from '../engine/site.js'
import { captureSyncStack } from '../engine/sync-capture.js'
import { beginCapture, ErrorOfRealm, endCapture } from './capture.js'
import { last } from './last-event.js'
import { segment } from './segment.js'

/** The prototype of nearly all promises: one comparison tells that nothing here concerns them. */
export const OwnPromises = PromiseOfRealm.prototype

const THEN = /\bthen$/
/** The hook's own frames, the constructors of a subclass, and `then`. */
const FRAMES_TO_THEN = 20

/**
 * Whether one of them is of a subclass or of another realm. To ask for a prototype is a call into V8's runtime, so it is
 * asked once for a call of an async function: the promise that V8 makes for an await of it is of the realm of both, since
 * a function of another realm would wrap the call's promise first.
 */
export function mayBeOfOthers(promise: object, awaited: object | undefined): boolean {
  if (awaited === undefined) {
    if (getPrototypeOf(promise) === OwnPromises) return false
    segment.hasOthers = true
    return true
  }
  const isOfSegment = awaited === last.settledCall || awaited === last.suspended
  return (segment.hasOthers || !isOfSegment) && getPrototypeOf(awaited) !== OwnPromises
}

/**
 * Whether a promise comes from a `.then` although no species was read on our `Promise`. `await` takes a promise as it is
 * only if its constructor is that of the awaiting function's realm; of subclasses with a species of their own, and of a
 * realm that cannot be watched, the stack tells: V8 has the built-in `then` on it (Node 20 to 26).
 */
export function isUnheardThen(promise: object, awaited: object | undefined): boolean {
  const prototype = getPrototypeOf(promise)
  if (prototype !== null && areOfNode.get(prototype) === true) return false
  const isHeard = isThenHeard(promise)
  if ((awaited === undefined || isThenHeard(awaited)) && isHeard) return false
  // On top of it may be the constructors of a subclass, called for the promise that `then` returns.
  const { sites } = sitesOf(capture(FRAMES_TO_THEN))
  if (noteClass(prototype, sites)) return false
  const site = sites[constructorsOn(sites)]
  if (site === undefined || site.script !== null || !test(THEN, site.name)) return false
  return true
}

/**
 * Promises of Node's own subclass are for its own code, and lead to nothing of the program's. It has a constructor of its
 * own (Node 20 to 26), so that is on the stack when one is made. By prototype, of the subclasses that were looked at.
 */
const areOfNode = new OwnWeakMap<object, boolean>()

/** Whether a promise that is just being made is of Node's own subclass. */
export function isOfNode(promise: object): boolean {
  const prototype = getPrototypeOf(promise)
  if (prototype === null) return false
  return areOfNode.get(prototype) ?? noteClass(prototype, sitesOf(capture(FRAMES_TO_THEN)).sites)
}

/** @param sites of the making of a promise. */
function noteClass(prototype: object | null, sites: readonly Site[]): boolean {
  const isOfNode = some(slice(sites, 0, constructorsOn(sites)), isOfNodesClass)
  if (prototype !== null) areOfNode.set(prototype, isOfNode)
  return isOfNode
}

function isOfNodesClass({ name, script }: Site): boolean {
  return name === 'new SafePromise' && startsWith(script ?? '', 'node:')
}

function constructorsOn(sites: readonly Site[]): number {
  const end = findIndex(sites, ({ name }) => !startsWith(name, 'new '))
  return end === -1 ? sites.length : end
}

/**
 * How many frames of other code lie below a reaction that begins. A context with a microtask queue of its own runs it at
 * the end of each evaluation, on top of the code that evaluates. At all other times reactions run where Node names no
 * resource.
 */
export function framesInterrupted(): number {
  if (segment.depth === 0 && executionAsyncId() === 0) return 0
  return sitesOf(capture(Number.POSITIVE_INFINITY)).sites.length
}

function capture(frames: number): Error {
  const limit = beginCapture(frames)
  const error = captureSyncStack(ErrorOfRealm)
  endCapture(limit)
  return error
}
