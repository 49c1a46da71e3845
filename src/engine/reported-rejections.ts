import { types } from 'node:util'
import { closureVariables } from './live-objects.js'
import { apply, defineProperty, deleteProperty, OwnWeakMap } from './primordials.js'

/** What Node.js itself notes of promises that are rejected without a handler. */
export interface NodesRejections {
  /** Element 1 is 0 if no promise has been rejected without a handler since Node.js last emptied its queues. */
  readonly flags: Uint8Array
  /** Node's map of the rejections that it has reported. */
  readonly reported: WeakMap<object, unknown>
  /** What V8 calls when a promise is rejected; null if Node no longer has these variables. */
  readonly handler: RejectHandler | null
}

/** @param event `v8::PromiseRejectEvent`. */
type OnEvent = (event: number, promise: object, reason: unknown) => void

interface RejectHandler {
  readonly nodes: OnEvent
  /** Replaces it. */
  set(handler: OnEvent): void
}

/** `v8::kPromiseRejectWithNoHandler` (Node 20 to 26). */
const NO_HANDLER = 0

/** Of `flags`. */
export const HAS_REJECTION = 1

/**
 * Node has all of them in variables of `node:internal/process/promises`, and V8's inspector finds them there (Node 20 to 26). That
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
    const [flags, reported, nodes, set] = closureVariables(report, VARIABLES)
    const isSound = flags instanceof Uint8Array && flags.length > HAS_REJECTION
    if (!isSound || !types.isWeakMap(reported) || !Object.isExtensible(reported)) return null
    const handler =
      isFunction(nodes) && isFunction(set) ? { nodes: nodes as OnEvent, set: set as RejectHandler['set'] } : null
    return { flags, reported, handler }
  } catch {
    return null
  }
}

const VARIABLES = ['tickInfo', 'maybeUnhandledPromises', 'promiseRejectHandler', 'setPromiseRejectCallback']

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
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

/**
 * @param listener is called when a promise is rejected that nothing waits for yet, while the code runs that rejects it. It
 *   must not throw.
 * @returns what stops it.
 */
export function watchUnhandled(
  { handler }: NodesRejections,
  listener: (promise: object, reason: unknown) => void,
): () => void {
  if (handler === null) return () => {}
  const { nodes, set } = handler
  set((event, promise, reason) => {
    if (event === NO_HANDLER) listener(promise, reason)
    nodes(event, promise, reason)
  })
  return () => set(nodes)
}
