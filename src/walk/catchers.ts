import type { Site } from '../engine/site.js'
import { isAsyncFunction } from '../engine/source-text.js'
import { functionAround } from './returned-value.js'

/** Functions of these modules of Node.js call listeners and callbacks outside of any `try` (Node 20 to 26). */
const PASSES_ON =
  /^node:(?:async_hooks|events|net|_tls_wrap|internal\/(?:async_hooks|stream_base_commons|streams\/readable|process\/task_queues|timers))$/

const MAX_PLACES = 10_000
const known = new Map<Site, boolean>()

/** Whether a function may catch what the call at a place throws. False only if its text has no `try`. */
export function mayCatch(site: Site): boolean {
  if (site.isOwn) return false
  // It calls `_read()` in a `try`.
  if (site.isInternal) return site.functionName === 'read' || !PASSES_ON.test(site.script ?? '')
  let may = known.get(site)
  if (may === undefined) {
    // An exception of an async function rejects its promise.
    may = isAsyncFunction(site) !== false || functionAround(site)?.texts.includes('try') !== false
    if (known.size >= MAX_PLACES) known.clear()
    known.set(site, may)
  }
  return may
}
