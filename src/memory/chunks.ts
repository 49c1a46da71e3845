import { CHUNK_SIZE, ChunkTable } from './chunk-table.js'
import type { Mapping } from './process-memory.js'
import type { Words } from './words.js'

/** A piece of one of V8's heaps. */
export interface Chunk {
  readonly address: number
  readonly size: number
  /** From the first object to the end of the last. */
  readonly start: number
  readonly end: number
  /** One value for each isolate; 0 in the space that all share. */
  readonly heap: number
  readonly isReadOnly: boolean
  /** Of objects that were made a short while ago. */
  readonly isYoung: boolean
  /** Of one object that is larger than a chunk. */
  readonly isLarge: boolean
  /** Where V8 keeps the chunk's data if that is not at its beginning; else 0. */
  readonly metadata: number
  /** Whether a block of free space gives its size in words; else in bytes. */
  readonly hasSizesInWords: boolean
}

type Header = Pick<Chunk, 'size' | 'start' | 'end' | 'heap' | 'isYoung' | 'metadata' | 'hasSizesInWords'>

/** Between these a chunk's first object begins. */
const LEAST_HEADER = 16
const MOST_HEADER = 65_536
const MOST_SIZE = 2 ** 40
/** A young chunk is one of the space that is copied from or to. */
const YOUNG = 0x18

/** The chunks of all heaps of a process, by the heads of what lies at multiples of a chunk's size. */
export function chunksOf(words: Words, mappings: readonly Mapping[]): Chunk[] {
  const chunks: Chunk[] = []
  for (const { start, end, isReadable, isWritable, path } of mappings) {
    if (!isReadable || path !== '') continue
    // The kernel joins mappings that follow each other.
    for (let address = Math.ceil(start / CHUNK_SIZE) * CHUNK_SIZE; address < end; ) {
      const header = headerAt(words, address)
      // In a read-only chunk some pages may not be mapped (V8 14.6).
      const isWithin =
        header !== null && (!isWritable || (header.end <= end && header.size <= end - address + CHUNK_SIZE))
      const isChunk = isWithin && header.size > 0 && header.end > header.start
      if (isChunk) chunks.push({ address, ...header, isReadOnly: !isWritable, isLarge: header.size > CHUNK_SIZE })
      address += isChunk ? Math.ceil(header.size / CHUNK_SIZE) * CHUNK_SIZE : CHUNK_SIZE
    }
  }
  return chunks
}

function headerAt(words: Words, address: number): Header | null {
  const first = words.word(address)
  const second = words.word(address + 8)
  if (second === address) return headerInChunk(words, words.word(address + 16), first, address + 24)
  const isSize = first >= 4_096 && first % 4_096 === 0 && first < MOST_SIZE
  if (isSize && isWithinHead(address, words.word(address + 24)))
    return headerInChunk(words, first, second, address + 16)
  const isPointer = second > MOST_HEADER && second % 8 === 0 && first < MOST_SIZE
  return isPointer ? headerElsewhere(words, address, first, second) : null
}

/**
 * V8 11.3 and 12.4 (Node 20 and 22).
 *
 * @param fields the address of the first of them: the heap's, and those of the first object and behind the last.
 */
function headerInChunk(words: Words, size: number, flags: number, fields: number): Header {
  return {
    size,
    heap: words.word(fields),
    start: words.word(fields + 8),
    end: words.word(fields + 16),
    isYoung: isYoungBy(flags),
    metadata: 0,
    hasSizesInWords: false,
  }
}

/** V8 13.6 and 14.6 (Node 24 and 26): all but the flags stands outside of the heap. */
function headerElsewhere(words: Words, address: number, flags: number, metadata: number): Header | null {
  const start = words.word(metadata + 72)
  const end = words.word(metadata + 56)
  if (!isWithinHead(address, start)) return null
  return {
    size: Math.max(words.word(metadata + 48), end - address),
    heap: words.word(metadata + 64),
    start,
    end,
    isYoung: isYoungBy(flags),
    metadata,
    hasSizesInWords: true,
  }
}

function isYoungBy(flags: number): boolean {
  return ((flags % 2 ** 31) & YOUNG) !== 0
}

function isWithinHead(address: number, start: number): boolean {
  return start >= address + LEAST_HEADER && start < address + MOST_HEADER
}

/** The chunks by address. */
export class ChunkIndex {
  readonly chunks: readonly Chunk[]
  /** By their places in the list. */
  readonly #table: ChunkTable

  constructor(chunks: readonly Chunk[]) {
    this.chunks = chunks
    this.#table = new ChunkTable(chunks.reduce((sum, { size }) => sum + Math.ceil(size / CHUNK_SIZE), 0))
    for (const [i, { address, size }] of chunks.entries()) {
      for (let at = address; at < address + size; at += CHUNK_SIZE) this.#table.set(at, i)
    }
  }

  /** @param pointer tagged or not. */
  chunkOf(pointer: number): Chunk | undefined {
    return this.chunks[this.#table.at(pointer)]
  }

  /** Whether a word points to an object in a heap. */
  hasObject(word: number): boolean {
    return (word & 7) === 1 && this.#table.at(word) !== -1
  }
}
