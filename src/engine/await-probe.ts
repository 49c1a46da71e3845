import { createContext, runInContext, Script } from 'node:vm'
import { OWN_NAME } from '../model/own-name.js'
import { allSites } from './call-sites.js'
import type { Site } from './site.js'

/**
 * V8 walks from a promise to the functions that await it when a stack is captured in a promise reaction.
 * A derived promise whose species constructor returns an existing promise makes it walk from that one,
 * without a reaction on it and without marking it handled (Node 20 to 26).
 *
 * **Unguarded this kills the process**: on a cycle of promises without an await between them V8 walks for
 * ever and takes all memory. So the caller names only promises of which the single reaction is known to be
 * an await, and the limit ends the walk at the frames asked for.
 *
 * It runs at once, in a context with a microtask queue of its own: no reaction of the program's runs.
 */
const SOURCE = `((then, NativePromise, NativeError, species) => {
  const done = NativePromise.resolve()
  const nothing = () => {}
  let promise = null
  const constructor = { [species]: function (executor) { executor(nothing, nothing); return promise } }
  let targets = []
  let first = 0
  let top = null
  const look = () => NativeError.captureStackTrace(targets[first++], top)
  return {
    limit: (frames, caller) => {
      NativeError.stackTraceLimit = frames
      top = caller
    },
    add: (from) => {
      const walker = then.call(done, look)
      walker.constructor = constructor
      promise = from
      then.call(walker, nothing)
      promise = null
      targets.push({})
    },
    take: () => {
      const taken = targets
      targets = []
      first = 0
      return taken
    },
  }
})(Promise.prototype.then, Promise, Error, Symbol.species)`

/** Of the context with the queue of its own. */
interface Probe {
  /** How many places each stack that is then captured has, and the function on the stack below which it begins. */
  limit(frames: number, caller: object): void
  /** When the queue is drained, the stack of what awaits a promise is captured. */
  add(promise: object): void
  /** What the drained queue has captured, in the order of `add`. */
  take(): readonly object[]
}

/** Whether the present code was called by `askBelow`. */
let isBelow = false

/**
 * Runs what will ask for places. What it calls is left out of each stack that is captured then: V8 would make objects of
 * twenty frames a promise.
 */
export function askBelow<T>(run: () => T): T {
  const before = isBelow
  isBelow = true
  try {
    return run()
  } finally {
    isBelow = before
  }
}

let context: object | null = null
let probe: Probe | null = null
let drain = new Script('0')

/** Each raw stack takes a kilobyte until it is read. */
const CAPTURED_AT_ONCE = 1_000

/**
 * The places where functions await each promise, so many at most, innermost first; empty where V8 sees none.
 * The recorder must be muted meanwhile: the promises made here are the tracer's own.
 */
export function probeAwaits(promises: readonly object[], functions: number): readonly (readonly Site[])[] {
  if (promises.length === 0) return []
  if (context === null || probe === null) {
    context = createContext(Object.create(null) as object, { name: 'async-trace', microtaskMode: 'afterEvaluate' })
    probe = runInContext(SOURCE, context, { filename: OWN_NAME }) as Probe
    drain = new Script('0', { filename: OWN_NAME })
  }
  const [here] = captureAll(probe, context, [{}], Number.POSITIVE_INFINITY)
  const depth = allSites(here as object).length
  const found: (readonly Site[])[] = []
  for (let from = 0; from < promises.length; from += CAPTURED_AT_ONCE) {
    const captured = captureAll(probe, context, promises.slice(from, from + CAPTURED_AT_ONCE), depth + functions)
    for (const target of captured) found.push(allSites(target, depth))
  }
  return found
}

/** Every capture is made at the same depth of this thread's stack. */
function captureAll(
  { limit, add, take }: Probe,
  context: object,
  promises: readonly object[],
  frames: number,
): readonly object[] {
  limit(frames, isBelow ? askBelow : captureAll)
  for (const promise of promises) add(promise)
  drain.runInContext(context)
  return take()
}
