import { executionAsyncResource } from 'node:async_hooks'
import { captureSyncStack } from '../engine/sync-capture.js'
import type { Boundary } from '../model/task.js'
import { beginCapture, ErrorOfRealm, endCapture, isWalkOff } from './capture.js'
import { countFault, faults } from './faults.js'
import { MAX_FRAMES, type Origin } from './origin.js'
import { addPendingResource } from './pending-stacks.js'
import {
  currentOrigin,
  forgetSuspended,
  innermostActivation,
  isBareTurn,
  originOf,
  originOfResource,
} from './recorder.js'
import { Source, unsampled } from './sampling.js'
import { Stamp } from './stamp.js'
import * as waits from './waits.js'

/** How the event loop calls back through an object: once and soon, once and perhaps late, or often. */
export type Use = 'soon' | 'late' | 'often'

/**
 * Links an object that the event loop will call back through to the place that created it.
 *
 * @param use for how long: a moment, longer, or again and again.
 */
export function recordCreation(resource: object, kind: Boundary, use: Use, parent = currentOrigin()): void {
  try {
    if (parent === unsampled) {
      forgetSuspended()
      if (use !== 'often') Stamp.put(resource, unsampled)
      else recordSource(resource, kind)
      return
    }
    const limit = beginCapture(MAX_FRAMES)
    const error = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
    endCapture(limit)
    forgetSuspended()
    const origin = originOf(error, kind, 0, parent)
    Stamp.put(resource, use === 'often' ? new Source(origin) : origin)
    if (use !== 'soon') addPendingResource(resource, origin.stack?.atMs ?? 0)
  } catch (error) {
    faults.count++
    faults.last = error
  }
}

/** A timer or native operation was begun: by the executor or function that runs innermost, if any does. */
export function noteResource(resource: object, type: string): void {
  try {
    const activation = innermostActivation()
    if (activation !== null) waits.noteResource(activation, resource, type)
  } catch (error) {
    countFault(error)
  }
}

/** An emitter settles a promise when an event comes. */
export function noteEvent(promise: unknown, emitter: unknown, event: unknown): void {
  try {
    if (typeof promise !== 'object' || promise === null || typeof emitter !== 'object' || emitter === null) return
    waits.noteResource(promise, emitter, 'EVENT', event)
  } catch (error) {
    countFault(error)
  }
}

/** The origin of what the present code creates without an object to link it to; null where none could be made. */
export function recordPresent(kind: Boundary): Origin | null {
  const resource = {}
  recordCreation(resource, kind, 'soon')
  return originOfResource(resource)
}

/** A source outlives the turn that makes it (a connection that a server accepts): followed or not, it is recorded. */
function recordSource(resource: object, kind: Boundary): void {
  const creator = isBareTurn() ? originOfResource(executionAsyncResource()) : null
  if (creator === null || creator === unsampled) Stamp.put(resource, new Source(unsampled))
  else recordCreation(resource, kind, 'often', creator)
}
