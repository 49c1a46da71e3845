import { types } from 'node:util'
import { closureVariables } from './live-objects.js'
import { apply, defineProperty, deleteProperty, OwnWeakMap } from './primordials.js'

/** What Node.js itself notes of promises that are rejected without a handler. */
export interface NodesRejections {
  /** Element 1 is 0 if no promise has been rejected without a handler since Node.js last emptied its queues. */
  readonly flags: Uint8Array
  /** Node's map of the rejections that it has reported. */
  readonly reported: WeakMap<object, unknown>
}

/** Of `flags`. */
export const HAS_REJECTION = 1

/**
 * Node has both in variables of `node:internal/process/promises`, and V8's inspector finds them there (Node 20 to 26). That
 * takes 2 ms, once.
 *
 * @returns null without an inspector, and if Node no longer has these variables.
 */
export function findNodesRejections(): NodesRejections | null {
  try {
    // A tool may have replaced `nextTick`; both functions are of the module that calls `processPromiseRejections`.
    const { nextTick, _tickCallback: tick } = process as { nextTick: object; _tickCallback?: object }
    const report = reportIn(nextTick) ?? reportIn(tick)
    if (typeof report !== 'function') return null
    const [flags, reported] = closureVariables(report, ['tickInfo', 'maybeUnhandledPromises'])
    const isSound = flags instanceof Uint8Array && flags.length > HAS_REJECTION
    return isSound && types.isWeakMap(reported) && Object.isExtensible(reported) ? { flags, reported } : null
  } catch {
    return null
  }
}

function reportIn(closure: object | undefined): unknown {
  return closure === undefined ? undefined : closureVariables(closure, ['processPromiseRejections'])[0]
}

/**
 * Node puts a rejection into its map just before it emits `unhandledRejection`. The map is Node's own: the program sees
 * neither it nor this.
 *
 * @param listener is called with each promise whose rejection Node.js is about to report.
 * @returns what stops it.
 */
export function watchReports({ reported }: NodesRejections, listener: (promise: object) => void): () => void {
  const { set } = OwnWeakMap.prototype
  defineProperty(reported, 'set', {
    configurable: true,
    value(promise: object, info: unknown) {
      listener(promise)
      return apply(set, reported, [promise, info])
    },
  })
  return () => deleteProperty(reported, 'set')
}
