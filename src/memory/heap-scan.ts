import type { Chunk } from './chunks.js'
import type { FreeRange, Isolate } from './isolates.js'
import { PointerSet } from './pointer-set.js'
import type { ProcessMemory } from './process-memory.js'
import { ReferenceIndex } from './reference-index.js'

const HIGH = 2 ** 32
const PAGE = 4_096
const BLOCK = 4 << 20
/** In half words. */
const PART = 8_192
/** Behind the block: the longest object part that a hit is asked for. */
const MARGIN = 128
const MOST_FREE = 2 ** 26
/** One byte for each value of these bits of a pointer: whether a needle has it. */
const FILTER_BITS = 16
const FILTER_SIZE = 1 << FILTER_BITS
const FILTER_MASK = FILTER_SIZE - 1

/** A word that was found. `word(offset)` reads what follows it, up to 128 bytes. */
export interface Hit {
  /** Where the word stands. */
  readonly address: number
  readonly needle: number
  readonly chunk: Chunk
  word(offset: number): number
  uint16(offset: number): number
}

/** A stretch of live memory: what the index of references tells apart. */
interface Part {
  readonly start: number
  readonly end: number
  readonly chunk: Chunk
}

/**
 * Finds words in the live parts of the heaps, many different ones in one pass. Free memory is skipped. The first pass reads
 * everything and makes an index, by which later ones read only where the words may be.
 */
export class HeapScan {
  /** In bytes, for those who want to know what the passes cost. */
  scannedBytes = 0
  readonly #memory: ProcessMemory
  readonly #chunks: readonly Chunk[]
  readonly #free: readonly FreeRange[]
  readonly #freeMapLow: number
  readonly #freeMapHigh: number
  readonly #buffer = Buffer.from(new ArrayBuffer(BLOCK + MARGIN))
  readonly #words = new Uint32Array(this.#buffer.buffer)
  readonly #found = new Uint32Array(BLOCK >> 3)
  readonly #filter = new Uint8Array(FILTER_SIZE)
  readonly #index: ReferenceIndex
  readonly #parts: Part[] = []
  /** The ends of free blocks, ascending: they are met in the first pass. */
  readonly #freeEnds: number[] = []
  #foundCount = 0

  /** @param hasReferences false for a chunk of which nothing can be found. */
  constructor(
    memory: ProcessMemory,
    chunks: readonly Chunk[],
    isolates: readonly Isolate[],
    freeMap: number,
    hasReferences: (chunk: Chunk) => boolean,
  ) {
    this.#memory = memory
    this.#chunks = chunks.filter(hasReferences)
    this.#free = isolates.flatMap(({ free }) => free)
    this.#freeMapLow = freeMap % HIGH
    this.#freeMapHigh = Math.floor(freeMap / HIGH)
    this.#index = new ReferenceIndex(chunks)
  }

  /** @param needles tagged pointers. @param isWanted which chunks are looked into. */
  find(needles: Iterable<number>, onHit: (hit: Hit) => void, isWanted: (chunk: Chunk) => boolean): void {
    const wanted = new Set(needles)
    if (wanted.size === 0) return
    this.#filter.fill(0)
    for (const needle of wanted) this.#filter[(needle >>> 3) & FILTER_MASK] = 1
    this.#filter[(this.#freeMapLow >>> 3) & FILTER_MASK] = 1
    const take = this.#taker(new PointerSet(wanted), onHit)
    if (this.#parts.length === 0) {
      this.#indexAll((base, chunk) => isWanted(chunk) && take(base, chunk))
      return
    }
    const marks = new Uint8Array(this.#parts.length)
    this.#index.mark(wanted, marks)
    for (let at = 0; at < marks.length; ) {
      const first = this.#parts[at] as Part
      if (marks[at++] === 0 || !isWanted(first.chunk)) continue
      let { end } = first
      while (marks[at] === 1 && this.#parts[at]?.start === end && this.#parts[at]?.chunk === first.chunk) {
        const next = (this.#parts[at] as Part).end
        if (next - first.start > BLOCK) break
        end = next
        at++
      }
      const length = this.#read(first.start, end)
      this.#foundCount = 0
      this.#scan(0, Math.min(length, end - first.start) >> 2, sizeFactorOf(first.chunk))
      take(first.start, first.chunk)
    }
  }

  /** Where the last free block before an address ends; 0 if there is none. */
  freeEndBefore(address: number): number {
    const ends = this.#freeEnds
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ends[middle] as number) <= address) low = middle + 1
      else high = middle
    }
    return ends[low - 1] ?? 0
  }

  /** Gives what was found in a block to its finder. */
  #taker(wanted: PointerSet, onHit: (hit: Hit) => void): (base: number, chunk: Chunk) => void {
    const words = this.#words
    let at = 0
    const hit = {
      address: 0,
      needle: 0,
      chunk: this.#chunks[0] as Chunk,
      word: (offset: number) => {
        const index = at + (offset >> 2)
        return (words[index] as number) + (words[index + 1] as number) * HIGH
      },
      uint16: (offset: number) => ((words[at + (offset >> 2)] as number) >>> ((offset & 2) * 8)) & 0xffff,
    }
    return (base, chunk) => {
      hit.chunk = chunk
      for (let index = 0; index < this.#foundCount; index++) {
        at = this.#found[index] as number
        const needle = hit.word(0)
        if (!wanted.has(needle)) continue
        hit.address = base + at * 4
        hit.needle = needle
        onHit(hit)
      }
    }
  }

  #indexAll(take: (base: number, chunk: Chunk) => void): void {
    for (const chunk of this.#chunks) {
      for (const range of this.#usedRanges(chunk)) {
        for (let base = range.start; base < range.end; ) {
          const length = this.#read(base, range.end)
          if (length === 0) {
            base += PAGE - (base % PAGE)
            continue
          }
          this.#foundCount = 0
          const count = Math.min(length, BLOCK) >> 2
          const next = this.#indexBlock(base, count, chunk)
          take(base, chunk)
          base += next * 4
        }
      }
    }
  }

  /** @returns where to go on, in half words: behind the block if a free piece of memory goes on there. */
  #indexBlock(base: number, count: number, chunk: Chunk): number {
    let at = 0
    while (at < count) {
      const end = Math.min(at + PART, count)
      const next = this.#scan(at, end, sizeFactorOf(chunk), base)
      this.#index.add(this.#words, at, end, this.#parts.length)
      this.#parts.push({ start: base + at * 4, end: base + end * 4, chunk })
      at = next
    }
    return at
  }

  /** A block, and a little of the next one for objects that begin in the first. */
  #read(start: number, end: number): number {
    const length = Math.min(BLOCK, end - start) + MARGIN
    const got = this.#memory.readInto(this.#buffer, length, start)
    this.#buffer.fill(0, got, Math.min(got + MARGIN, this.#buffer.length))
    this.scannedBytes += got
    return Math.min(got - (got % 8), end - start)
  }

  /**
   * Adds the places that may have a needle to those that were found.
   *
   * @param sizeFactor from a free block's size to its length.
   * @param base the block's address, where its free pieces are to be known later on.
   * @returns where to go on: behind the end if a free piece of memory goes on there.
   */
  #scan(from: number, end: number, sizeFactor: number, base = 0): number {
    const words = this.#words
    const filter = this.#filter
    const found = this.#found
    const freeLow = this.#freeMapLow
    const freeHigh = this.#freeMapHigh
    let hits = this.#foundCount
    let at = from
    for (; at < end; at += 2) {
      const low = words[at] as number
      if (filter[(low >>> 3) & FILTER_MASK] === 0 || (low & 7) !== 1) continue
      if (low === freeLow && words[at + 1] === freeHigh && words[at + 2] === 0) {
        const length = (words[at + 3] as number) * sizeFactor
        if (length > 2 && length < MOST_FREE) {
          at += length - 2
          if (base > 0) this.#freeEnds.push(base + (at + 2) * 4)
          continue
        }
      }
      found[hits++] = at
    }
    this.#foundCount = hits
    return at
  }

  #usedRanges(chunk: Chunk): FreeRange[] {
    let ranges: FreeRange[] = [{ start: chunk.start, end: chunk.end }]
    for (const { start: from, end: to } of this.#free) {
      ranges = ranges.flatMap((range) => {
        if (from < range.start || from >= range.end) return [range]
        return [
          { start: range.start, end: from },
          { start: Math.min(to, range.end), end: range.end },
        ].filter(({ start, end }) => start < end)
      })
    }
    return ranges
  }
}

function sizeFactorOf({ hasSizesInWords }: Chunk): number {
  return hasSizesInWords ? 2 : 0.25
}
