import { freeNames } from './free-names.js'
import { type HeapGraph, type Location, NONE } from './heap-graph.js'

/** V8's number of a script, to its text; null where that cannot be had. */
export type SourceOf = (scriptId: number) => string | null

/**
 * Which variables of a scope a function can use. Functions made in one call share one scope, which holds for all of
 * them what any of them uses: that a function holds a scope does not say that it can reach what is in it.
 */
export class ScopeUse {
  readonly #heap: HeapGraph
  readonly #sourceOf: SourceOf
  /** By what V8 shares between the closures of one function. */
  readonly #names = new Map<number, ReadonlySet<string> | null>()
  readonly #lineStarts = new Map<number, readonly number[]>()

  constructor(heap: HeapGraph, sourceOf: SourceOf) {
    this.#heap = heap
    this.#sourceOf = sourceOf
  }

  /** False only where the function's text shows that it does not name the variable. */
  canUse(fn: number, variable: string): boolean {
    // V8's own variables: `.generator_object`, `new.target`, private names.
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(variable)) return true
    const names = this.#namesOf(fn)
    if (names === null || names.has('eval') || names.has(variable)) return true
    return variable === 'this' && names.has('super')
  }

  #namesOf(fn: number): ReadonlySet<string> | null {
    const shared = this.#heap.child(fn, 'shared')
    const known = this.#names.get(shared)
    if (known !== undefined) return known
    const location = this.#heap.locationOf(fn)
    const names = shared === NONE || location === null ? null : this.#readNames(location)
    this.#names.set(shared, names)
    return names
  }

  #readNames(location: Location): ReadonlySet<string> | null {
    const { scriptId, line, column } = location
    // What begins with the script is the script, or its module.
    if (line === 1 && column === 1) return null
    const source = this.#sourceOf(scriptId)
    const lineStart = source === null ? undefined : this.#lineStartsOf(scriptId, source)[line - 1]
    return source === null || lineStart === undefined ? null : freeNames(source, lineStart + column - 1)
  }

  #lineStartsOf(scriptId: number, source: string): readonly number[] {
    const known = this.#lineStarts.get(scriptId)
    if (known !== undefined) return known
    const starts = [
      0,
      ...Array.from(source.matchAll(/\r\n|[\n\r\u2028\u2029]/g), ({ index, 0: end }) => index + end.length),
    ]
    this.#lineStarts.set(scriptId, starts)
    return starts
  }
}
