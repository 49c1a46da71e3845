import { type ActiveResources, timerOf } from '../engine/active-resources.js'
import { setTimers } from '../engine/set-timers.js'
import type { HeldArrays } from './heap-answer.js'
import { recordPrototypes } from './heap-waits.js'

/**
 * The objects of this thread by which the nodes of its heap are told, whoever reads that: a node is known by its place in one of
 * the arrays.
 *
 * @param promises all that are alive.
 */
export function heldObjects(promises: readonly object[], active: ActiveResources): HeldArrays<readonly object[]> {
  // One that has run or was cleared may still be held, and wakes nothing.
  const running = setTimers().filter((timer) => timerOf(timer) !== null)
  return { promises, timers: running, handles: active.objects, prototypes: recordPrototypes() }
}
