import { createContext, runInContext, Script } from 'node:vm'
import { allSites, type Site } from './call-sites.js'

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
  return (promise, limit, target) => {
    const walker = then.call(done, () => {
      NativeError.stackTraceLimit = limit
      NativeError.captureStackTrace(target)
    })
    walker.constructor = { [species]: function (executor) { executor(nothing, nothing); return promise } }
    then.call(walker, nothing)
  }
})(Promise.prototype.then, Promise, Error, Symbol.species)`

type Probe = (promise: object, limit: number, target: object) => void

let context: object | null = null
let probe: Probe = () => {}
let drain = new Script('0')

/** One promise to probe, and how many awaiting functions to go up. */
export interface Question {
  readonly promise: object
  readonly functions: number
}

/**
 * The places where functions await, innermost first; empty where V8 sees none.
 * The recorder must be muted meanwhile: the promises made here are the tracer's own.
 */
export function probeAwaits(questions: readonly Question[]): readonly (readonly Site[])[] {
  if (questions.length === 0) return []
  if (context === null) {
    context = createContext(Object.create(null) as object, { name: 'async-trace', microtaskMode: 'afterEvaluate' })
    probe = runInContext(SOURCE, context, { filename: import.meta.url }) as Probe
    drain = new Script('0', { filename: import.meta.url })
  }
  const here: object = {}
  probe(here, Number.POSITIVE_INFINITY, here)
  drain.runInContext(context)
  const depth = allSites(here).length
  const targets = questions.map(({ promise, functions }) => {
    const target: object = {}
    probe(promise, depth + functions, target)
    return target
  })
  drain.runInContext(context)
  return targets.map((target) => allSites(target).slice(depth))
}
