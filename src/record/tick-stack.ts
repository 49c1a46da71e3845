import { isPromiseResolver } from '../engine/promise-resolvers.js'
import type { RawStack } from './origin.js'
import { currentOrigin } from './present.js'
import { unsampled } from './sampling.js'

/** Captured in `process.nextTick`, for the tick that Node announces within it. */
let kept: RawStack | null = null

export function needsTickStack(callback: unknown): boolean {
  try {
    return currentOrigin() !== unsampled && !isPromiseResolver(callback)
  } catch {
    return false
  }
}

export function keepTickStack(stack: RawStack): void {
  kept = stack
}

/** @returns null where the tick was not made by the patched function. */
export function takeTickStack(): RawStack | null {
  const stack = kept
  kept = null
  return stack
}

/** Node announced none: it exits, or the arguments are wrong. */
export function dropTickStack(): void {
  kept = null
}
