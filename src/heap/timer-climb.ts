import type { HeapEdge, HeapView } from './heap-view.js'
import type { Asking, Retainers } from './retainers.js'
import type { ScopeUse } from './scope-use.js'

/** A timer above a promise. */
export interface TimerAbove {
  readonly timer: number
  /** The functions on the way up, the one next to the promise first. */
  readonly functions: readonly number[]
}

/** A way from a timer's callback down to the function that settles the promise. */
interface Step {
  readonly node: number
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

/** The timers whose callbacks reach the functions that settle a promise by names that they call, nearest first. */
export class TimerClimb {
  readonly #heap: HeapView
  readonly #retainers: Retainers
  readonly #timers: ReadonlyMap<number, number>
  readonly #scopeUse: ScopeUse
  readonly #queue: Step[]
  readonly #seen = new Set<string>()
  readonly #found: TimerAbove[] = []
  #at = 0

  /** @param timers the active ones. */
  constructor(
    heap: HeapView,
    retainers: Retainers,
    timers: ReadonlyMap<number, number>,
    scopeUse: ScopeUse,
    from: readonly number[],
  ) {
    this.#heap = heap
    this.#retainers = retainers
    this.#timers = timers
    this.#scopeUse = scopeUse
    this.#queue = from.map((node) => ({ node, depth: 0, variable: null, properties: [], functions: [] }))
  }

  /** @returns null at the end. */
  *next(): Asking<TimerAbove | null> {
    while (this.#found.length === 0 && this.#at < Math.min(this.#queue.length, MAX_STEPS)) {
      yield* this.#climb(this.#queue[this.#at++] as Step)
    }
    return this.#found.shift() ?? null
  }

  *#climb(step: Step): Asking<void> {
    const edges = yield* this.#retainers.of(step.node, () => this.#queued())
    for (const edge of edges) {
      if (this.#timers.has(edge.node)) {
        if (isCallback(step, edge)) this.#found.push({ timer: edge.node, functions: step.functions })
        continue
      }
      if (step.depth >= MAX_DEPTH) continue
      if (edge.type === 'element' && !(yield* this.#isArguments(edge.node, edges))) continue
      const next = this.#above(step, edge)
      if (next === null) continue
      const way = `${next.node} ${next.variable} ${next.properties.join()}`
      if (this.#seen.has(way)) continue
      this.#seen.add(way)
      this.#queue.push(next)
    }
  }

  #queued(): number[] {
    return this.#queue.slice(this.#at, MAX_STEPS).map(({ node }) => node)
  }

  /** @returns null if the way does not lead on. */
  #above(step: Step, { node, name, type }: HeapEdge): Step | null {
    const next = { ...step, node, depth: step.depth + 1 }
    if (type === 'context') return { ...next, variable: name }
    if (name === 'previous') return step.variable === null ? null : next
    if (name === 'context') return this.#calls(step, node) ? this.#function(next, node) : null
    if (/^bound_argument_\d+$/.test(name) || name === 'bound_function') return { ...next, variable: null }
    if (name === 'bound_this') {
      const fn = this.#heap.child(node, 'bound_function')
      const isNamed = step.properties.every((property) => isNamedIn(this.#scopeUse, fn, property))
      return isNamed ? this.#function(next, fn, node) : null
    }
    if (type === 'element') return next
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
    return properties.every((property) => isNamedIn(this.#scopeUse, fn, property))
  }

  /** Whether an array has the arguments that `setTimeout` was given for the callback. */
  *#isArguments(array: number, edges: readonly HeapEdge[]): Asking<boolean> {
    const arrays = () => edges.flatMap(({ type, node }) => (type === 'element' ? [node] : []))
    const retainers = yield* this.#retainers.of(array, arrays)
    return retainers.some(({ node, name }) => name === '_timerArgs' && this.#timers.has(node))
  }
}

/** Whether the text of a function has a name in it. */
export function isNamedIn(scopeUse: ScopeUse, fn: number, name: string): boolean {
  return scopeUse.wordsOf(fn)?.has(name) === true
}

function isCallback({ properties }: Step, { name }: HeapEdge): boolean {
  return properties.length === 0 && (name === '_onTimeout' || name === '_timerArgs')
}
