import type { HeldWords, ProcessMemory } from './process-memory.js'

const PAGE = 4_096
const WORDS_OF_PAGE = PAGE / 4
const HIGH = 2 ** 32
/** 32 MB. */
const MOST_PAGES = 8_192
/** Pages that were used a short while ago, by the lowest bits of their numbers. */
const RECENT = 4_096
const RECENT_MASK = RECENT - 1
const NOTHING: HeldWords = { start: 0, words: new Uint32Array(0), bytes: Buffer.alloc(0) }

/**
 * Single values of a process's memory, read by pages. What is not mapped reads as `NaN`. Addresses are larger than 32 bits: their
 * remainders are taken by bits where that is exact, as `%` is a call for such numbers.
 */
export class Words {
  readonly memory: ProcessMemory
  readonly #pages = new Map<number, HeldWords>()
  readonly #recentNumbers = new Float64Array(RECENT).fill(-1)
  readonly #recent = new Array<HeldWords>(RECENT).fill(NOTHING)

  constructor(memory: ProcessMemory) {
    this.memory = memory
  }

  /** 64 bits; exact for pointers and for V8's small integers, whose lower half is 0. */
  word(address: number): number {
    const { start, words } = this.#at(address)
    const at = (address - start) / 4
    return (words[at] as number) + (words[at + 1] as number) * HIGH
  }

  int32(address: number): number {
    const value = this.uint32(address)
    return Number.isNaN(value) ? value : value | 0
  }

  uint32(address: number): number {
    const { start, words } = this.#at(address)
    return words[(address - start) / 4] ?? Number.NaN
  }

  uint16(address: number): number {
    const word = this.uint32(address - (address & 3))
    return Number.isNaN(word) ? word : (word >>> ((address & 3) * 8)) & 0xffff
  }

  byte(address: number): number {
    const word = this.uint32(address - (address & 3))
    return Number.isNaN(word) ? word : (word >>> ((address & 3) * 8)) & 0xff
  }

  double(address: number): number {
    const { start, words } = this.#at(address)
    const at = (address - start) / 4
    return at + 2 > words.length ? Number.NaN : (new Float64Array(words.slice(at, at + 2).buffer)[0] as number)
  }

  /** Null where not all of it is mapped. @param length in bytes. */
  text(address: number, length: number, encoding: 'latin1' | 'utf16le'): string | null {
    const { start, bytes } = this.#at(address)
    const from = address - start
    // Most are short, and within a page that is held.
    if (from + length <= bytes.length) return bytes.toString(encoding, from, from + length)
    return this.bytes(address, length)?.toString(encoding) ?? null
  }

  /** Null where not all of it is mapped. */
  bytes(address: number, length: number): Buffer | null {
    const bytes = Buffer.allocUnsafe(length)
    for (let done = 0; done < length; ) {
      const got = this.memory.readInto(bytes.subarray(done), length - done, address + done)
      if (got === 0) return null
      done += got
    }
    return bytes
  }

  #at(address: number): HeldWords {
    const number = Math.floor(address / PAGE)
    const slot = number & RECENT_MASK
    return this.#recentNumbers[slot] === number ? (this.#recent[slot] as HeldWords) : this.#page(number, slot)
  }

  #page(number: number, slot: number): HeldWords {
    if (!(number > 0)) return NOTHING
    const page = this.memory.held?.(number * PAGE) ?? this.#pages.get(number) ?? this.#read(number)
    this.#recentNumbers[slot] = number
    this.#recent[slot] = page
    return page
  }

  #read(number: number): HeldWords {
    const start = number * PAGE
    const words = new Uint32Array(WORDS_OF_PAGE)
    const bytes = Buffer.from(words.buffer)
    const isMapped = this.memory.readInto(bytes, PAGE, start) === PAGE
    const page = isMapped ? { start, words, bytes } : { ...NOTHING, start }
    if (this.#pages.size === MOST_PAGES) this.#pages.clear()
    this.#pages.set(number, page)
    return page
  }
}

/** A pointer to an object of V8's, as against a small integer or a weak pointer. */
export function isPointer(word: number): boolean {
  return (word & 7) === 1 && word > 65_536
}

/** V8's small integers stand in the upper half of a word; null for what is none. */
export function smallInteger(word: number): number | null {
  return (word | 0) === 0 && !Number.isNaN(word) ? (word / HIGH) | 0 : null
}
