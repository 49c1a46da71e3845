import { isUsers } from './functions.js'
import type { HeapEdge, HeapGraph } from './heap-graph.js'
import type { Resolvers } from './heap-promises.js'
import type { ScopeUse } from './scope-use.js'

/** The timers that settle one promise. Nodes of the heap. */
export interface SettlingTimers {
  /** Its callback can resolve the promise. */
  readonly resolving: number | null
  /** Its callback can only reject the promise: a time limit. */
  readonly limiting: number | null
}

/** A way from a timer's callback down to the function that settles the promise. */
interface Step {
  readonly node: number
  readonly below: Step | null
  readonly depth: number
  /** In a scope: the variable that leads down. */
  readonly variable: string | null
  /** Properties that lead down from the object, which the next function above has to name. */
  readonly properties: readonly string[]
  /** The functions so far, the timer's last. */
  readonly functions: readonly number[]
}

const MAX_DEPTH = 12
const MAX_STEPS = 600
/** From a function's variable down to the promise: `this.job.resolve`. */
const MAX_PROPERTIES = 2
const SPEAKS_OF_FAILURE = /(?:^|[a-z\d])Error$|^(?:reject|abort|fail|cancel)|time(?:d|s)?_?out/i

/**
 * Which timers settle a promise themselves: their callback names what it calls. A timer whose callback reaches the
 * promise only by way of a list, or of an object without naming the property, merely stands beside: the sweep of a pool,
 * a keep-alive interval.
 */
export class SettlingTimerSearch {
  readonly #heap: HeapGraph
  readonly #timers: ReadonlyMap<number, number>
  readonly #scopeUse: ScopeUse

  /** @param timers the active ones. */
  constructor(heap: HeapGraph, timers: ReadonlyMap<number, number>, scopeUse: ScopeUse) {
    this.#heap = heap
    this.#timers = timers
    this.#scopeUse = scopeUse
  }

  timersOf({ resolve, reject }: Resolvers): SettlingTimers {
    if (this.#timers.size === 0) return { resolving: null, limiting: null }
    const names = this.#namesOf(reject)
    let limiting: number | null = null
    for (const { timer, functions } of this.#timersAbove(resolve)) {
      const use = this.#useOf(functions, names)
      if (use === 'resolve') return { resolving: timer, limiting: null }
      if (use === 'reject') limiting ??= timer
    }
    limiting ??= this.#timersAbove(reject).next().value?.timer ?? null
    return { resolving: null, limiting }
  }

  /** By what names the functions of the program know the function that rejects. */
  #namesOf(reject: readonly number[]): readonly string[] {
    return reject.flatMap((node) =>
      this.#heap
        .retainers(node)
        .filter(({ type }) => type === 'context' || type === 'property')
        .map(({ name }) => name),
    )
  }

  /**
   * What the functions on the way do, the one next to the promise first: `(error, value) => error ? reject(error) :
   * resolve(value)` does what it is called for.
   */
  #useOf(functions: readonly number[], rejectNames: readonly string[]): 'resolve' | 'reject' | null {
    const [first, ...callers] = functions
    if (first === undefined || callers.length === 0) return 'resolve'
    const isEither = !isUsers(this.#heap, first) || rejectNames.some((name) => this.#names(first, name))
    if (!isEither) return 'resolve'
    const words = callers.map((fn) => this.#scopeUse.wordsOf(fn))
    if (words.some((each) => each === null)) return null
    return words.some((each) => [...(each as ReadonlySet<string>)].some((word) => SPEAKS_OF_FAILURE.test(word)))
      ? 'reject'
      : 'resolve'
  }

  *#timersAbove(settling: readonly number[]): Generator<{ timer: number; functions: readonly number[] }, undefined> {
    const queue: Step[] = settling.map((node) => ({
      node,
      below: null,
      depth: 0,
      variable: null,
      properties: [],
      functions: [],
    }))
    const seen = new Set<string>()
    for (let at = 0; at < queue.length && at < MAX_STEPS; at++) {
      const step = queue[at] as Step
      for (const edge of this.#heap.retainers(step.node)) {
        if (this.#timers.has(edge.node)) {
          if (isCallback(step, edge)) yield { timer: edge.node, functions: step.functions }
          continue
        }
        const next = step.depth < MAX_DEPTH ? this.#above(step, edge) : null
        if (next === null) continue
        const way = `${next.node} ${next.variable} ${next.properties.join()}`
        if (seen.has(way)) continue
        seen.add(way)
        queue.push(next)
      }
    }
  }

  /** @returns null where the way does not lead on. */
  #above(step: Step, { node, name, type }: HeapEdge): Step | null {
    const next = { ...step, node, below: step, depth: step.depth + 1 }
    if (type === 'context') return { ...next, variable: name }
    if (name === 'previous') return step.variable === null ? null : next
    if (name === 'context') return this.#calls(step, node) ? this.#function(next, node) : null
    if (/^bound_argument_\d+$/.test(name) || name === 'bound_function') return { ...next, variable: null }
    if (name === 'bound_this') {
      const fn = this.#heap.child(node, 'bound_function')
      return step.properties.every((property) => this.#names(fn, property)) ? this.#function(next, fn, node) : null
    }
    // The arguments of `setTimeout`.
    if (type === 'element') return this.#isArguments(node) ? next : null
    if (step.properties.length === MAX_PROPERTIES) return null
    if (type !== 'property' || this.#heap.typeOf(node) !== 'object' || name === '__proto__') return null
    return { ...next, variable: null, properties: [...step.properties, name] }
  }

  #function(step: Step, fn: number, node = fn): Step {
    return { ...step, node, variable: null, properties: [], functions: [...step.functions, fn] }
  }

  #calls({ variable, properties }: Step, fn: number): boolean {
    if (this.#heap.typeOf(fn) !== 'closure') return false
    if (variable !== null && this.#scopeUse.canUse(fn, variable) !== true) return false
    return properties.every((property) => this.#names(fn, property))
  }

  /** Whether the text of a function has a name in it. */
  #names(fn: number, name: string): boolean {
    return this.#scopeUse.wordsOf(fn)?.has(name) === true
  }

  #isArguments(array: number): boolean {
    return this.#heap.retainers(array).some(({ node, name }) => name === '_timerArgs' && this.#timers.has(node))
  }
}

function isCallback({ properties }: Step, { name }: HeapEdge): boolean {
  return properties.length === 0 && (name === '_onTimeout' || name === '_timerArgs')
}
