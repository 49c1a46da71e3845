import { CHUNK_BITS, CHUNK_SIZE, ChunkTable, placeOf, slotFor } from './chunk-table.js'
import type { Chunk } from './chunks.js'

/** An object's address is told to within one of these, or to within larger ones in a large heap. */
const FINEST_SHIFT = 6
const MOST_GRANULES = 1 << 20
/** Further references are not kept: a part of the heap that has such is always looked at. */
const MOST_ENTRIES = 1 << 23
/** With heaps of small objects. */
const BYTES_AN_ENTRY = 256

/**
 * Which parts of a heap have references to which places, built in one pass. It is used to look for the holders of objects:
 * only the parts that it names have to be read again. It may name one too many, and never one too few.
 */
export class ReferenceIndex {
  readonly #shift: number
  /** By place: the first granule of the chunk. */
  readonly #bases: ChunkTable
  /** By granule: the last part with a reference to it, and the last entry. */
  readonly #lastParts: Int32Array
  readonly #heads: Int32Array
  /** Lists of parts, one for each granule. */
  #parts: Int32Array<ArrayBuffer>
  #nexts: Int32Array<ArrayBuffer>
  #size = 1
  readonly #unlisted: number[] = []

  constructor(chunks: readonly Chunk[]) {
    const total = chunks.reduce((sum, { size }) => sum + Math.ceil(size / CHUNK_SIZE) * CHUNK_SIZE, 0)
    let shift = FINEST_SHIFT
    while (total / 2 ** shift > MOST_GRANULES && shift < CHUNK_BITS) shift++
    this.#shift = shift
    const granulesOfChunk = 1 << (CHUNK_BITS - shift)
    this.#bases = new ChunkTable(total / CHUNK_SIZE)
    let granule = 0
    for (const { address, size } of chunks) {
      for (let at = address; at < address + size; at += CHUNK_SIZE) {
        this.#bases.set(at, granule)
        granule += granulesOfChunk
      }
    }
    this.#lastParts = new Int32Array(granule).fill(-1)
    this.#heads = new Int32Array(granule)
    const expected = Math.min(MOST_ENTRIES, Math.ceil(total / BYTES_AN_ENTRY))
    this.#parts = new Int32Array(expected)
    this.#nexts = new Int32Array(expected)
  }

  /** Adds the references that stand in some words: the lower and the upper half of each. */
  add(words: Uint32Array, from: number, to: number, part: number): void {
    const { keys, values: bases, shift: tableShift } = this.#bases
    const shift = this.#shift
    const lastParts = this.#lastParts
    if (this.#size >= MOST_ENTRIES) {
      this.#unlisted.push(part)
      return
    }
    // At most one entry a word is added.
    this.#reserve((to - from) >> 1)
    const parts = this.#parts
    const nexts = this.#nexts
    const heads = this.#heads
    let size = this.#size
    // Most references lead to where the one before leads to.
    let lastKey = -1
    let base = 0
    for (let at = from; at < to; at += 2) {
      const low = words[at] as number
      if ((low & 7) !== 1) continue
      const high = words[at + 1] as number
      const key = placeOf(low, high)
      if (key !== lastKey) {
        const slot = slotFor(keys, tableShift, key)
        if (keys[slot] === -1) continue
        lastKey = key
        base = bases[slot] as number
      }
      const granule = base + ((low & CHUNK_MASK) >>> shift)
      if (lastParts[granule] === part) continue
      lastParts[granule] = part
      parts[size] = part
      nexts[size] = heads[granule] as number
      heads[granule] = size++
    }
    this.#size = size
  }

  /** Marks the parts that may have references to some places. */
  mark(pointers: Iterable<number>, marks: Uint8Array): void {
    const seen = new Set<number>()
    for (const part of this.#unlisted) marks[part] = 1
    for (const pointer of pointers) {
      const base = this.#bases.at(pointer)
      if (base === -1) continue
      const granule = base + ((pointer & CHUNK_MASK) >>> this.#shift)
      if (seen.has(granule)) continue
      seen.add(granule)
      for (let entry = this.#heads[granule] as number; entry !== 0; entry = this.#nexts[entry] as number) {
        marks[this.#parts[entry] as number] = 1
      }
    }
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#parts.length) return
    this.#parts = larger(this.#parts, this.#size + more)
    this.#nexts = larger(this.#nexts, this.#size + more)
  }
}

const CHUNK_MASK = CHUNK_SIZE - 1

function larger(array: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(Math.max(least, array.length * 2))
  grown.set(array)
  return grown
}
