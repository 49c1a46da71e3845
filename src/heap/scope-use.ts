import { freeNames, wordsOf } from './free-names.js'
import { type HeapGraph, type Location, NONE } from './heap-graph.js'

/** V8's number of a script, to its text; null where that cannot be had. */
export type SourceOf = (scriptId: number) => string | null

interface Script {
  readonly source: string
  readonly lineStarts: readonly number[]
}

/**
 * Which variables of a scope a function can use. Functions made in one call share one scope, which holds for all of
 * them what any of them uses: that a function holds a scope does not say that it can reach what is in it.
 */
export class ScopeUse {
  readonly #heap: HeapGraph
  readonly #sourceOf: SourceOf
  /** By what V8 shares between the closures of one function. */
  readonly #names = new Map<number, ReadonlySet<string> | null>()
  readonly #words = new Map<number, ReadonlySet<string> | null>()
  readonly #scripts = new Map<number, Script | null>()

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

  /** Every name in a function's text; null if that cannot be read. */
  wordsOf(fn: number): ReadonlySet<string> | null {
    return this.#read(fn, this.#words, wordsOf)
  }

  #namesOf(fn: number): ReadonlySet<string> | null {
    return this.#read(fn, this.#names, freeNames)
  }

  #read(
    fn: number,
    known: Map<number, ReadonlySet<string> | null>,
    read: typeof freeNames,
  ): ReadonlySet<string> | null {
    const shared = this.#heap.child(fn, 'shared')
    let names = known.get(shared)
    if (names !== undefined) return names
    const location = this.#heap.locationOf(fn)
    names = shared === NONE || location === null ? null : this.#readNames(location, read)
    known.set(shared, names)
    return names
  }

  #readNames(location: Location, read: typeof freeNames): ReadonlySet<string> | null {
    const { scriptId, line, column } = location
    // What begins with the script is the script, or its module.
    if (line === 1 && column === 1) return null
    const script = this.#scriptOf(scriptId)
    const lineStart = script?.lineStarts[line - 1]
    return script === null || lineStart === undefined ? null : read(script.source, lineStart + column - 1)
  }

  #scriptOf(scriptId: number): Script | null {
    let script = this.#scripts.get(scriptId)
    if (script === undefined) {
      const source = this.#sourceOf(scriptId)
      script = source === null ? null : { source, lineStarts: lineStartsOf(source) }
      this.#scripts.set(scriptId, script)
    }
    return script
  }
}

/** As V8 counts lines. */
function lineStartsOf(source: string): number[] {
  const starts = [0]
  for (const { index, 0: end } of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(index + end.length)
  return starts
}
