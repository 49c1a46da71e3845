import { findIndex, last } from '../engine/lists.js'
import { test } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'

/**
 * A pool's own code between a job and the call that handed it over says nothing of the program: it is left
 * out on both sides.
 */
const POOL = /[\\/]node_modules[\\/](?:piscina|tinypool|workerpool|poolifier)[\\/]/

interface Placed {
  readonly site: Site | null
}

/** In the worker: takes the pool's frames off the end. */
export function dropPoolFrames(steps: Placed[]): void {
  while (steps.length > 0 && isPools(last(steps))) steps.length--
}

/** Where the job was handed over: how many of the first steps are the pool's own. */
export function countPoolFrames(steps: readonly Placed[]): number {
  const end = findIndex(steps, (step) => !isPools(step))
  return end === -1 ? steps.length : end
}

function isPools(step: Placed | undefined): boolean {
  return step?.site != null && isPoolSite(step.site)
}

export function isPoolSite({ script }: Site): boolean {
  return test(POOL, script ?? '')
}
