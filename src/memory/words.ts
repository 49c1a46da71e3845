import type { ProcessMemory } from './process-memory.js'

const PAGE = 4_096
const WORDS_OF_PAGE = PAGE / 4
const HIGH = 2 ** 32
/** 32 MB. */
const MOST_PAGES = 8_192
/** Pages that were used a short while ago, by the lowest bits of their numbers. */
const RECENT = 1_024

type Page = Uint32Array

/** Single values of a process's memory, read by pages. What is not mapped reads as `NaN`. */
export class Words {
  readonly memory: ProcessMemory
  readonly #pages = new Map<number, Page | null>()
  readonly #recentNumbers = new Float64Array(RECENT).fill(-1)
  readonly #recent = new Array<Page | null>(RECENT).fill(null)
  #lastNumber = -1
  #last: Page | null = null

  constructor(memory: ProcessMemory) {
    this.memory = memory
  }

  /** 64 bits; exact for pointers and for V8's small integers, whose lower half is 0. */
  word(address: number): number {
    const page = this.#pageAt(address)
    if (page === null) return Number.NaN
    const at = (address % PAGE) / 4
    return (page[at] as number) + (page[at + 1] as number) * HIGH
  }

  int32(address: number): number {
    const value = this.#pageAt(address)?.[(address % PAGE) / 4]
    return value === undefined ? Number.NaN : value | 0
  }

  uint32(address: number): number {
    return this.#pageAt(address)?.[(address % PAGE) / 4] ?? Number.NaN
  }

  uint16(address: number): number {
    const word = this.uint32(address - (address % 4))
    return Number.isNaN(word) ? word : (word >>> ((address % 4) * 8)) & 0xffff
  }

  byte(address: number): number {
    const word = this.uint32(address - (address % 4))
    return Number.isNaN(word) ? word : (word >>> ((address % 4) * 8)) & 0xff
  }

  double(address: number): number {
    const page = this.#pageAt(address)
    const at = (address % PAGE) / 4
    return page === null ? Number.NaN : (new Float64Array(page.slice(at, at + 2).buffer)[0] as number)
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

  #read(start: number): Page | null {
    const held = this.memory.held?.(start, PAGE)
    if (held !== null && held !== undefined && held.byteOffset % 4 === 0) {
      return new Uint32Array(held.buffer, held.byteOffset, WORDS_OF_PAGE)
    }
    const page = new Uint32Array(WORDS_OF_PAGE)
    return this.memory.readInto(new Uint8Array(page.buffer), PAGE, start) === PAGE ? page : null
  }

  #pageAt(address: number): Page | null {
    const number = Math.floor(address / PAGE)
    if (number === this.#lastNumber) return this.#last
    const slot = number % RECENT
    let page: Page | null | undefined
    if (this.#recentNumbers[slot] === number) page = this.#recent[slot]
    if (page === undefined) {
      page = this.#pages.get(number)
      if (page === undefined) {
        page = number > 0 ? this.#read(number * PAGE) : null
        if (this.#pages.size === MOST_PAGES) this.#pages.clear()
        this.#pages.set(number, page)
      }
      if (number > 0) {
        this.#recentNumbers[slot] = number
        this.#recent[slot] = page
      }
    }
    this.#lastNumber = number
    this.#last = page
    return page
  }
}

/** A pointer to an object of V8's, as against a small integer or a weak pointer. */
export function isPointer(word: number): boolean {
  return word % 8 === 1 && word > 65_536
}

/** V8's small integers stand in the upper half of a word; null for what is none. */
export function smallInteger(word: number): number | null {
  return word % HIGH === 0 ? (word / HIGH) | 0 : null
}
