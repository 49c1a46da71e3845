import type { Call } from '../record/hop.js'
import { originOfPromise } from '../record/present.js'
import { runningPlaces } from '../record/stack-places.js'
import { countedFunctions } from '../record/thenable-job.js'
import type { PresentWait } from './present-wait.js'

const known = new WeakMap<object, Call>()

/**
 * A stack was captured while several functions ran. If it has as many async functions as there were promises, each
 * promise belongs to one of them: that is kept for those that return without a capture of their own.
 */
export function noteCounted(wait: PresentWait): void {
  const { candidates } = wait
  const origin = originOfPromise(wait.waiter)
  const captured = origin?.stack ?? null
  if (candidates === null || origin === null || captured === null || wait.areCandidatesOlder) return
  const stack = runningPlaces(captured)
  const functions = countedFunctions(captured, stack)
  if (functions === null || functions.length > candidates.length) return
  let at = -1
  functions.forEach((site, i) => {
    at = stack.indexOf(site, at + 1)
    const promise = candidates[candidates.length - 1 - i] as object
    if (!known.has(promise)) known.set(promise, { stack, at, origin })
  })
}

/** The function that a promise belongs to, in the stack that told it; null if none did. */
export function countedFunctionOf(promise: object): Call | null {
  return known.get(promise) ?? null
}
