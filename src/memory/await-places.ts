import type { EngineHeap } from './engine-heap.js'
import type { Scripts } from './scripts.js'
import { smallInteger } from './words.js'

/** In the object of a suspended function (V8 11.3 to 14.6). */
const POSITION = 48
const CONTINUATION = 64
const LONGEST_TABLE = 10_000_000
/** Behind the code array's head: the first offset is counted from one before it. */
const BEFORE_FIRST = 1
/** Code of V8's baseline compiler counts from the first byte itself (V8 12.4 and 14.6). */
const EXTRA_OF_BASELINE = 1

/** Where code stands in the source: by offset in the code, ascending. */
type PositionTable = ReadonlyMap<number, number>

export interface AwaitPosition {
  readonly position: number
  /** The table has an entry for this very place, as it has for each `await`; not for that of `for await`. */
  readonly isExact: boolean
}

/** Where suspended functions stand, and those that have called others, by V8's tables from code to source. */
export class AwaitPlaces {
  readonly #heap: EngineHeap
  readonly #scripts: Scripts
  /** By code. */
  readonly #tables = new Map<number, PositionTable | null>()
  /** By what the closures of a function share, and the place in its code: thousands of calls may wait there. */
  readonly #known = new Map<number, Map<number, AwaitPosition | null>>()

  constructor(heap: EngineHeap, scripts: Scripts) {
    this.#heap = heap
    this.#scripts = scripts
  }

  /** Whether the object is that of a suspended function, rather than of one that runs or has ended. */
  isSuspended(generator: number): boolean {
    const continuation = smallInteger(this.#heap.words.word(generator - 1 + CONTINUATION))
    return continuation !== null && continuation >= 0
  }

  /** Where the `await` or `yield` stands in the script; null without a table. */
  positionOf(generator: number, fn: number): AwaitPosition | null {
    const word = smallInteger(this.#heap.words.word(generator - 1 + POSITION))
    if (word === null) return null
    const shared = this.#scripts.sharedOf(fn)
    let known = this.#known.get(shared)
    if (known === undefined) {
      known = new Map()
      this.#known.set(shared, known)
    }
    let position = known.get(word)
    if (position === undefined) {
      position = this.#read(shared, word)
      known.set(word, position)
    }
    return position
  }

  #read(shared: number, word: number): AwaitPosition | null {
    const code = this.#codeOf(shared)
    const table = code === null ? null : this.#tableOf(code)
    if (table === null) return null
    return placeIn(table, this.#offsetOf(word))
  }

  /**
   * Where the code of a function that is on a stack has come to; null without a table, and where the frame does not keep it.
   *
   * @param code that the frame names.
   * @param offset in it, as the frame has it.
   */
  positionIn(code: number, offset: number): number | null {
    const { layout, classes } = this.#heap
    const word = smallInteger(offset)
    if (word === null || classes.typeOf(code) !== layout.types.BYTECODE_ARRAY) return null
    const table = this.#tableOf(code)
    return table === null ? null : (placeIn(table, this.#offsetOf(word))?.position ?? null)
  }

  #offsetOf(word: number): number {
    return word - (this.#heap.layout.bytecodeStart - BEFORE_FIRST)
  }

  #tableOf(code: number): PositionTable | null {
    let table = this.#tables.get(code)
    if (table === undefined) {
      table = this.#readTable(code)
      this.#tables.set(code, table)
    }
    return table
  }

  /** The bytecode of a function: it may be behind the object of its compiled code. */
  #codeOf(shared: number): number | null {
    const { words, layout, classes, chunks } = this.#heap
    for (const offset of [8, 16]) {
      const data = words.word(shared - 1 + offset)
      if (classes.typeOf(data) === layout.types.BYTECODE_ARRAY) return data
      if (!chunks.hasObject(data)) continue
      for (let field = 8; field < MOST_CODE_FIELDS; field += 8) {
        const held = words.word(data - 1 + field)
        if (classes.typeOf(held) === layout.types.BYTECODE_ARRAY) return held
      }
    }
    return null
  }

  /** Of the arrays in the head of the bytecode, the one that can be read as such a table. */
  #readTable(code: number): PositionTable | null {
    const { words, layout, classes } = this.#heap
    const length = smallInteger(words.word(code + 7)) ?? 0
    for (let field = 16; field < layout.bytecodeStart; field += 8) {
      const array = words.word(code - 1 + field)
      if (!/BYTE_ARRAY/.test(layout.nameOfType(classes.typeOf(array)))) continue
      const size = smallInteger(words.word(array + 7)) ?? 0
      const bytes = size > 0 && size < LONGEST_TABLE ? words.bytes(array + 15, size) : null
      if (bytes === null) continue
      const table = decodeTable(bytes, length, 0) ?? decodeTable(bytes, length, 1)
      if (table !== null) return table
    }
    return null
  }
}

const MOST_CODE_FIELDS = 80

function placeIn(table: PositionTable, offset: number): AwaitPosition | null {
  let position: number | null = null
  let isExact = false
  for (const [at, each] of table) {
    if (at > offset) break
    position = each
    isExact = offset - at <= EXTRA_OF_BASELINE
  }
  return position === null ? null : { position, isExact }
}

/**
 * The entries of V8's table: the distance in the code, and that in the source, as variable-length numbers with signs.
 * Null if it is no such table.
 *
 * @param extraBits V8 14.6 keeps one more bit beside the distance in the code.
 */
function decodeTable(bytes: Buffer, codeLength: number, extraBits: number): PositionTable | null {
  const table = new Map<number, number>()
  let at = 0
  const number = () => {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = bytes[at++]
      if (byte === undefined) return Number.NaN
      value += (byte & 127) * scale
      scale *= 128
      if ((byte & 128) === 0) break
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }
  let offset = -1
  let position = 0
  while (at < bytes.length) {
    const distance = number()
    position += number()
    // Negative ones are of expressions rather than of statements.
    const step = (distance >= 0 ? distance : -distance - 1) >> extraBits
    const isSound = step >= 0 && offset + step <= codeLength && position >= 0 && position % 2 === 0
    if (!isSound || Number.isNaN(distance)) return null
    offset += step
    table.set(offset, (Math.floor(position / 2) % 2 ** 30) - 1)
  }
  return table.size === 0 ? null : table
}
