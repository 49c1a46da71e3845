import type { EngineHeap } from './engine-heap.js'
import type { ObjectFields } from './object-fields.js'
import { firstVariableField, MOST_INLINED_NAMES, scopeFlags } from './scope-infos.js'
import type { Strings } from './strings.js'
import { smallInteger } from './words.js'

/** A script as V8 keeps it, with the text that runs. */
export interface ScriptInMemory {
  readonly name: string
  /** Null where it cannot be read. */
  readonly text: string | null
  readonly sourceMapUrl: string | null
  /** Of the first character, 0-based: `vm.Script` can shift it. */
  readonly startLine: number
  readonly startColumn: number
}

/** 1-based. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** In V8's object of a script (V8 11.3 to 14.6). */
const LINE_OFFSET = 24
const COLUMN_OFFSET = 32
const SOURCE_URL = 112
const SOURCE_MAP_URL = 120
/** In the data of a function that was not compiled yet. */
const UNCOMPILED_START = 16
/** Before V8 13 a function's place follows its scope's variables. */
const PLACE_BEFORE_VARIABLES = 5
/** Of a scope's flags: what stands between its variables and its place (V8 11.3 and 12.4). */
const HAS_SAVED_CLASS_VARIABLE = 1 << 10
const FUNCTION_VARIABLE = 3 << 12
const HAS_INFERRED_NAME = 1 << 14

/** The scripts that functions are from, and the places of functions in them. A script's number is its address. */
export class Scripts {
  readonly #heap: EngineHeap
  readonly #strings: Strings
  readonly #fields: ObjectFields
  readonly #scripts = new Map<number, ScriptInMemory>()
  readonly #lineEnds = new Map<number, readonly number[]>()

  constructor(heap: EngineHeap, strings: Strings, fields: ObjectFields) {
    this.#heap = heap
    this.#strings = strings
    this.#fields = fields
  }

  sharedOf(fn: number): number {
    return this.#heap.words.word(fn - 1 + this.#heap.layout.functionShared)
  }

  /** V8's object of the script that a function is from; null for V8's own functions. */
  scriptOf(fn: number): number | null {
    const { words, layout, classes } = this.#heap
    const script = words.word(this.sharedOf(fn) - 1 + layout.sharedScript)
    if (classes.typeOf(script) === layout.types.SCRIPT) return script
    // While a debugger looks at the function, its info stands between.
    if (layout.nameOfType(classes.typeOf(script)) !== 'DEBUG_INFO') return null
    const held = this.#fields.fieldsOf(script).find(({ node }) => classes.typeOf(node) === layout.types.SCRIPT)
    return held?.node ?? null
  }

  script(address: number): ScriptInMemory {
    let script = this.#scripts.get(address)
    if (script === undefined) {
      script = this.#read(address)
      this.#scripts.set(address, script)
    }
    return script
  }

  /** Where a character of the script stands; null where its text cannot be read. */
  placeAt(script: number, position: number): Place | null {
    const { text, startLine, startColumn } = this.script(script)
    if (text === null || position < 0 || position > text.length) return null
    const ends = this.#lineEndsOf(script, text)
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ends[middle] as number) < position) low = middle + 1
      else high = middle
    }
    const lineStart = low === 0 ? 0 : (ends[low - 1] as number) + 1
    const column = position - lineStart + (low === 0 ? startColumn : 0)
    return { line: low + startLine + 1, column: column + 1 }
  }

  /** The position at which a function begins in its script; null where V8 keeps none. */
  startOf(fn: number): number | null {
    const { words, layout, classes } = this.#heap
    const shared = this.sharedOf(fn)
    const scope = words.word(shared - 1 + layout.sharedName)
    if (classes.typeOf(scope) === layout.types.SCOPE_INFO) return this.#startOfScope(scope)
    for (const offset of [8, 16]) {
      const data = words.word(shared - 1 + offset)
      if (/^UNCOMPILED_DATA/.test(layout.nameOfType(classes.typeOf(data))))
        return words.int32(data - 1 + UNCOMPILED_START)
    }
    return null
  }

  #startOfScope(scope: number): number | null {
    const { words, layout } = this.#heap
    const field = (index: number) => words.word(scope - 1 + 8 + 8 * index)
    if (layout.scopeFirstVariable >= PLACE_BEFORE_VARIABLES) return smallInteger(field(layout.scopeFirstVariable - 2))
    const flags = scopeFlags(words, scope)
    const count = smallInteger(field(layout.scopeVariableCount)) ?? 0
    let index = firstVariableField(this.#heap, scope) + (count < MOST_INLINED_NAMES ? 2 * count : 1 + count)
    if ((flags & HAS_SAVED_CLASS_VARIABLE) !== 0) index++
    if ((flags & FUNCTION_VARIABLE) !== 0) index += 2
    if ((flags & HAS_INFERRED_NAME) !== 0) index++
    const start = smallInteger(field(index))
    const end = smallInteger(field(index + 1))
    return start === null || end === null || start < 0 || end < start ? null : start
  }

  #read(address: number): ScriptInMemory {
    const { words, layout } = this.#heap
    const text = (offset: number) => this.#strings.textOf(words.word(address - 1 + offset))
    const number = (offset: number) => smallInteger(words.word(address - 1 + offset)) ?? 0
    return {
      name: text(layout.scriptName) || (text(SOURCE_URL) ?? ''),
      text: text(layout.scriptSource),
      sourceMapUrl: text(SOURCE_MAP_URL),
      startLine: number(LINE_OFFSET),
      startColumn: number(COLUMN_OFFSET),
    }
  }

  #lineEndsOf(script: number, text: string): readonly number[] {
    let ends = this.#lineEnds.get(script)
    if (ends === undefined) {
      // As V8 counts lines.
      ends = [...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(({ index, 0: end }) => index + end.length - 1)
      this.#lineEnds.set(script, ends)
    }
    return ends
  }
}
