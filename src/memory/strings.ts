import type { EngineHeap } from './engine-heap.js'
import { smallInteger } from './words.js'

/** In characters: the longest that V8 can make. */
const LONGEST = 2 ** 29
/** Strings are made of parts of parts. */
const DEEPEST = 100_000

/** Reads strings of all forms that V8 has: sequential, joined, sliced, external. */
export class Strings {
  readonly #heap: EngineHeap
  /** Names are asked for again and again. */
  readonly #names = new Map<number, string | null>()

  constructor(heap: EngineHeap) {
    this.#heap = heap
  }

  isString(pointer: number): boolean {
    return this.#heap.layout.isString(this.#heap.classes.typeOf(pointer))
  }

  /** The text of a string; null for what is none, and for one that cannot be read. @param most characters. */
  textOf(pointer: number, most = LONGEST): string | null {
    const parts: string[] = []
    const open = [pointer]
    let length = 0
    for (let count = 0; open.length > 0 && length < most; count++) {
      if (count === DEEPEST) return null
      const part = this.#partOf(open.pop() as number, most - length)
      if (part === null) return null
      if (typeof part === 'string') {
        parts.push(part)
        length += part.length
      } else open.push(part[1], part[0])
    }
    return parts.join('').slice(0, most)
  }

  /** A string or a symbol as a heap snapshot names properties; null for what is neither. */
  nameOf(pointer: number): string | null {
    let name = this.#names.get(pointer)
    if (name === undefined) {
      name = this.#readName(pointer)
      this.#names.set(pointer, name)
    }
    return name
  }

  #readName(pointer: number): string | null {
    const { classes, layout, words } = this.#heap
    const type = classes.typeOf(pointer)
    if (layout.isString(type)) return this.textOf(pointer, LONGEST_NAME)
    if (type !== layout.firstNonStringType) return null
    const description = this.textOf(words.word(pointer - 1 + SYMBOL_DESCRIPTION), LONGEST_NAME) ?? ''
    // A private field has the name that the author wrote. V8 14 numbers the kinds of symbols; those of a program are 0.
    const isPlain = words.uint32(pointer - 1 + SYMBOL_FLAGS) === 0
    return !isPlain && description.startsWith('#') ? description : `<symbol ${description}>`
  }

  /** A text, or the two strings that the string consists of. */
  #partOf(pointer: number, most: number): string | readonly [number, number] | null {
    const { classes, layout, words } = this.#heap
    const { strings } = layout
    const type = classes.typeOf(pointer)
    if (!layout.isString(type)) return null
    const address = pointer - 1
    const length = words.int32(address + STRING_LENGTH)
    if (!(length >= 0 && length < LONGEST)) return null
    const isOneByte = (type & strings.encoding) === strings.oneByte
    switch (type & strings.representation) {
      case strings.sequential:
        return this.#characters(address + 16, Math.min(length, most), isOneByte)
      case strings.external: {
        const data = words.word(address + 24)
        return data > 0 ? this.#characters(data, Math.min(length, most), isOneByte) : null
      }
      case strings.cons:
        return [words.word(address + 16), words.word(address + 24)]
      case strings.thin:
        return this.textOf(words.word(address + 16), most)
      case strings.sliced: {
        const offset = smallInteger(words.word(address + 24)) ?? 0
        return this.textOf(words.word(address + 16), offset + length)?.slice(offset, offset + length) ?? null
      }
      default:
        return null
    }
  }

  #characters(address: number, length: number, isOneByte: boolean): string | null {
    if (length === 0) return ''
    const { words } = this.#heap
    return isOneByte ? words.text(address, length, 'latin1') : words.text(address, length * 2, 'utf16le')
  }
}

const LONGEST_NAME = 1_000
/** Of strings and symbols (V8 11.3 to 14.6). */
const STRING_LENGTH = 12
const SYMBOL_FLAGS = 12
const SYMBOL_DESCRIPTION = 16
