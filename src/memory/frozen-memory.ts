import { chunksOf } from './chunks.js'
import { BEFORE_HEAP, BEHIND_HEAP } from './isolates.js'
import type { HeldWords, Mapping, ProcessMemory } from './process-memory.js'
import { isThreadStack } from './thread-stacks.js'
import { Words } from './words.js'

const PIECE = 8 << 20
const PAGE = 4_096
const ARENA = 64 << 20

interface Copy extends HeldWords {
  readonly end: number
}

/**
 * What a process had in its memory at one moment: copied as fast as it can be, so that the process may go on while the
 * copy is read. What is only read and what is mapped from files is left where it is.
 */
export class FrozenMemory implements ProcessMemory {
  readonly mappings: readonly Mapping[]
  readonly stackPointers: readonly number[]
  readonly #memory: ProcessMemory
  readonly #copies: readonly Copy[]
  #last: Copy | null = null

  /** @param more what is to be copied besides V8's heaps and the C library's. */
  constructor(memory: ProcessMemory, more: readonly MemoryRange[] = []) {
    this.#memory = memory
    this.mappings = memory.mappings
    this.stackPointers = memory.stackPointers
    this.#copies = rangesOf(memory, more).flatMap((range) => copiesOf(memory, range))
  }

  readInto(target: Uint8Array, length: number, address: number): number {
    const copy = this.#copyAt(address)
    if (copy === null) return this.#memory.readInto(target, length, address)
    const from = address - copy.start
    return copy.bytes.copy(target, 0, from, Math.min(from + length, copy.bytes.length))
  }

  held(address: number): HeldWords | null {
    return this.#copyAt(address)
  }

  close(): void {
    this.#memory.close()
  }

  #copyAt(address: number): Copy | null {
    const last = this.#last
    if (last !== null && address >= last.start && address < last.end) return last
    let low = 0
    let high = this.#copies.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#copies[middle] as Copy).end <= address) low = middle + 1
      else high = middle
    }
    const found = this.#copies[low]
    if (found === undefined || address < found.start) return null
    this.#last = found
    return found
  }
}

/** How many bytes a copy would take. */
export function copiedBytes(memory: ProcessMemory): number {
  return rangesOf(memory, []).reduce((sum, { start, end }) => sum + end - start, 0)
}

export interface MemoryRange {
  readonly start: number
  readonly end: number
}

/** Where handles are kept. The C library's further heaps begin at multiples of their largest size. */
function isOfMalloc({ start, end, path, isReadable, isWritable }: Mapping): boolean {
  if (path === '[heap]' || path === '[stack]') return true
  return path === '' && isReadable && isWritable && start % ARENA === 0 && end - start <= ARENA
}

/** What a thread's functions use of its stack, unless they call each other very deeply. */
const USED_OF_STACK = 256 << 10

/** The upper ends of the stacks of further threads. */
function stackEnds(mappings: readonly Mapping[]): MemoryRange[] {
  return mappings.flatMap((mapping, i) => {
    const { start, end } = mapping
    return isThreadStack(mapping, mappings[i - 1]) ? [{ start: Math.max(start, end - USED_OF_STACK), end }] : []
  })
}

/** The pages that V8 writes to: its heaps, and of the rest what the reader looks at. In ascending order, without overlaps. */
function rangesOf(memory: ProcessMemory, more: readonly MemoryRange[]): MemoryRange[] {
  const { mappings } = memory
  const ranges: MemoryRange[] = [...mappings.filter(isOfMalloc), ...stackEnds(mappings), ...more]
  const heaps = new Set<number>()
  for (const { address, size, heap, metadata, isReadOnly } of chunksOf(new Words(memory), memory.mappings)) {
    if (isReadOnly) continue
    heaps.add(heap)
    ranges.push({ start: address, end: address + size })
    if (metadata !== 0) ranges.push({ start: metadata, end: metadata + PAGE })
  }
  for (const heap of heaps) ranges.push({ start: heap - BEFORE_HEAP, end: heap + BEHIND_HEAP })
  const ascending = [...ranges].sort((a, b) => a.start - b.start)
  const joined: { start: number; end: number }[] = []
  for (const range of ascending) {
    const start = Math.floor(range.start / PAGE) * PAGE
    const end = Math.ceil(range.end / PAGE) * PAGE
    const last = joined.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else joined.push({ start, end })
  }
  return joined
}

function copiesOf(memory: ProcessMemory, { start, end }: MemoryRange): Copy[] {
  const copies: Copy[] = []
  for (let at = start; at < end; at += PIECE) {
    const bytes = Buffer.allocUnsafeSlow(Math.min(PIECE, end - at))
    const got = Math.floor(memory.readInto(bytes, bytes.length, at) / PAGE) * PAGE
    if (got === 0) continue
    const words = new Uint32Array(bytes.buffer, 0, got / 4)
    copies.push({ start: at, end: at + got, bytes: bytes.subarray(0, got), words })
  }
  return copies
}
