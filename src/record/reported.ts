/**
 * The rejection that Node.js reports now: a listener of `unhandledRejection` runs, and its path goes on where the error came
 * from. Node has no context for these listeners (Node 20 to 26), so nothing else tells it.
 */
import { liveSites } from '../engine/call-sites.js'
import { some } from '../engine/lists.js'
import { executionAsyncId } from '../engine/node-primordials.js'
import { endsWith } from '../engine/primordials.js'
import { runningResource } from '../engine/running-resource.js'
import type { Origin } from './origin.js'

const SCRIPT = 'node:internal/process/promises'
/** Node has one function for each of its modes, which emits the events. */
const EMITTER = 'UnhandledRejectionsMode'

let promise: object | null = null
/** Undefined until somebody asks. */
let origin: Origin | null | undefined
let find: (promise: object) => Origin | null = () => null

/** @param reader finds where the error came from that a promise was rejected with. */
export function findOriginsBy(reader: typeof find): void {
  find = reader
}

/** Node is about to report it. */
export function noteReport(rejected: object): void {
  promise = rejected
  origin = undefined
}

export function forgetReport(): void {
  promise = null
  origin = undefined
}

/** The promise whose rejection is reported by the code that runs; null for any other code. */
export function reportedPromise(): object | null {
  if (promise === null) return null
  // With `async_hooks`, the promise itself is the resource.
  if (executionAsyncId() !== 0 && runningResource() !== promise) return null
  if (some(liveSites(), ({ name, script }) => script === SCRIPT && endsWith(name, EMITTER))) return promise
  forgetReport()
  return null
}

/** Where the error comes from that is reported by the code that runs; null for any other code. */
export function reportedOrigin(): Origin | null {
  const rejected = promise === null ? null : reportedPromise()
  if (rejected === null) return null
  if (origin === undefined) origin = find(rejected)
  return origin
}
