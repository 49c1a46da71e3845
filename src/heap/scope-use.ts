import { freeNames, usedNames, wordsOf } from './free-names.js'
import { isUsers } from './functions.js'
import { type HeapView, type Location, NONE } from './heap-view.js'
import { ScriptFunctions } from './script-functions.js'

/** V8's number of a script, to its text; null where that cannot be had. */
export type SourceOf = (scriptId: number) => string | null

/**
 * What is said of a function of the program whose text is not known: it may use any variable of its scope, which is
 * nearly always right where nearly all texts are known, or that is left open.
 */
export type UnknownText = 'may use' | 'left open'

interface Script {
  readonly source: string
  readonly lineStarts: readonly number[]
  /** Undefined if it has not been asked for. */
  functions?: ScriptFunctions | null
}

/**
 * Which variables of a scope a function can use. Functions made in one call share one scope, which holds for all of
 * them what any of them uses: that a function holds a scope does not say that it can reach what is in it.
 */
export class ScopeUse {
  readonly #heap: HeapView
  readonly #sourceOf: SourceOf
  readonly #unknown: UnknownText
  /** By what V8 shares between the closures of one function. */
  readonly #names = new Map<number, ReadonlySet<string> | null>()
  readonly #words = new Map<number, ReadonlySet<string> | null>()
  readonly #uses = new Map<number, ReadonlySet<string> | null>()
  readonly #scripts = new Map<number, Script | null>()

  constructor(heap: HeapView, sourceOf: SourceOf, unknown: UnknownText) {
    this.#heap = heap
    this.#sourceOf = sourceOf
    this.#unknown = unknown
  }

  /** False only where the function's text shows that it does not name the variable; null where that is left open. */
  canUse(fn: number, variable: string): boolean | null {
    // V8's own variables: `.generator_object`, `new.target`, private names.
    if (!/^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(variable)) return true
    const names = this.#namesOf(fn)
    if (names === null && this.#isLeftOpen(fn)) return null
    if (names === null || names.has('eval') || names.has(variable)) return true
    return variable === 'this' && names.has('super')
  }

  #isLeftOpen(fn: number): boolean {
    if (this.#unknown === 'may use' || !isUsers(this.#heap, fn)) return false
    const location = this.#heap.locationOf(fn)
    return location === null || !isWholeScript(location)
  }

  /** Every name in a function's text; null if that cannot be read. */
  wordsOf(fn: number): ReadonlySet<string> | null {
    return this.#read(fn, this.#words, wordsOf)
  }

  /** Every name that a function does more with than take it out of a list; null if its text cannot be read. */
  usesOf(fn: number): ReadonlySet<string> | null {
    return this.#read(fn, this.#uses, usedNames)
  }

  /** The functions of a script; null if its text cannot be had, or is not understood. */
  functionsIn(scriptId: number): ScriptFunctions | null {
    const script = scriptId === NONE ? null : this.#scriptOf(scriptId)
    if (script === null) return null
    if (script.functions === undefined) script.functions = ScriptFunctions.of(script.source)
    return script.functions
  }

  /** Whether a script writes a name as that of a property. */
  isPropertyIn(scriptId: number, name: string): boolean {
    const source = scriptId === NONE ? undefined : this.#scriptOf(scriptId)?.source
    const word = name.replaceAll('$', '\\$&')
    return source !== undefined && new RegExp(`\\.\\s*${word}(?![\\w$])|(?<![\\w$])${word}\\s*:`).test(source)
  }

  /** Where a place is in the text of its script. */
  offsetOf({ scriptId, line, column }: Location): number {
    return (this.#scriptOf(scriptId)?.lineStarts[line - 1] ?? 0) + column - 1
  }

  /** The place of an offset in the text of a script. */
  placeAt(scriptId: number, offset: number): Pick<Location, 'line' | 'column'> {
    const starts = this.#scriptOf(scriptId)?.lineStarts ?? [0]
    const next = starts.findIndex((start) => start > offset)
    const line = next === -1 ? starts.length : next
    return { line, column: offset - (starts[line - 1] ?? 0) + 1 }
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
    if (isWholeScript(location)) return null
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

/** What begins with the script is the script, or its module: it can use all of its variables. */
function isWholeScript({ line, column }: Location): boolean {
  return line === 1 && column === 1
}

/** As V8 counts lines. */
function lineStartsOf(source: string): number[] {
  const starts = [0]
  for (const { index, 0: end } of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(index + end.length)
  return starts
}
