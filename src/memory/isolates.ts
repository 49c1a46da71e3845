import type { Chunk, ChunkIndex } from './chunks.js'
import type { EngineLayout } from './engine-layout.js'
import { MemoryError } from './process-memory.js'
import type { Words } from './words.js'

/** Memory of a chunk that new objects go to next: what stands in it is old. */
export interface FreeRange {
  readonly start: number
  readonly end: number
}

/** One V8 instance of a process: that of the main thread or of a worker. */
export interface Isolate {
  /** V8's own object of the heap, by which chunks name it. */
  readonly heap: number
  /** Where the objects that V8 itself needs are listed. */
  readonly roots: number
  readonly rootCount: number
  readonly free: readonly FreeRange[]
}

/** The isolate's fields stand before its heap's (V8 11.3 to 14.6). */
export const BEFORE_HEAP = 0x20000
export const BEHIND_HEAP = 0x8000
const FEWEST_ROOTS = 800
const MOST_ROOTS = 2_048
/** The areas for new objects stand before the roots. */
const AREAS_BEFORE_ROOTS = 0x800
const AREA_SIZE = 24
const FIRST_ROOTS = 80

/** The map of maps, in the space that all isolates share: the only word there that points to itself. */
export function metaMapOf(words: Words, { chunks }: ChunkIndex, layout: EngineLayout): number {
  for (const chunk of chunks) {
    if (!chunk.isReadOnly) continue
    for (let address = chunk.start; address + 8 <= chunk.end; address += 8) {
      const isItself = words.word(address) === address + 1
      if (isItself && words.uint16(address + layout.mapInstanceType) === layout.types.MAP) return address + 1
    }
  }
  throw new MemoryError('the map of V8’s maps was not found in its memory')
}

/** Where an isolate has its roots. */
export type IsolateRoots = Pick<Isolate, 'heap' | 'roots' | 'rootCount'>

/** @throws {MemoryError} if no isolate is found. */
export function isolateRootsOf(words: Words, chunks: ChunkIndex, metaMap: number): IsolateRoots[] {
  const heaps = new Set(chunks.chunks.map(({ heap }) => heap).filter((heap) => heap > 0))
  if (heaps.size === 0) throw new MemoryError('no heap of V8 was found in its memory')
  const found = [...heaps].flatMap((heap) => {
    // A worker that begins or ends has none: its chunks may stand there before and after them.
    const roots = rootsOf(words, chunks, metaMap, heap)
    return roots === null ? [] : [{ heap, ...roots }]
  })
  if (found.length === 0) throw new MemoryError('an isolate’s roots were not found')
  return found
}

/** @throws {MemoryError} if an isolate has not what every isolate has. */
export function isolatesOf(
  words: Words,
  chunks: ChunkIndex,
  layout: EngineLayout,
  found: readonly IsolateRoots[],
): Isolate[] {
  const distance = areasDistance(words, chunks, found) ?? usualDistance(words, layout, found)
  return found.map(({ heap, roots, rootCount }) => {
    const areas = [0, AREA_SIZE].map((next) => areaAt(words, chunks, heap, roots - distance + next))
    const free = areas.flatMap((area, i) => {
      if (area !== null && area.chunk.isYoung === (i === 0)) return [freeRangeOf(area)]
      // After a collection there is none until the next object is made.
      if (isEmptyArea(words, roots - distance + i * AREA_SIZE)) return []
      throw new MemoryError('an isolate’s area for new objects was not found')
    })
    return { heap, roots, rootCount, free }
  })
}

/** The run of pointers that has the map of maps in it. */
function rootsOf(words: Words, chunks: ChunkIndex, metaMap: number, heap: number): Omit<IsolateRoots, 'heap'> | null {
  for (let address = heap - BEFORE_HEAP; address < heap + BEHIND_HEAP; address += 8) {
    if (words.word(address) !== metaMap) continue
    let roots = address
    while (chunks.hasObject(words.word(roots - 8))) roots -= 8
    let end = address
    while (end < roots + MOST_ROOTS * 8 && chunks.hasObject(words.word(end))) end += 8
    const rootCount = (end - roots) / 8
    if (rootCount >= FEWEST_ROOTS) return { roots, rootCount }
  }
  return null
}

/**
 * How far before the roots the areas for new objects stand: that for young objects, and next to it that for old ones.
 * After a collection one of them may be empty.
 */
function areasDistance(words: Words, chunks: ChunkIndex, isolates: readonly IsolateRoots[]): number | null {
  for (const emptyOnes of ['none', 'old', 'young'] as const) {
    for (const { heap, roots } of isolates) {
      for (let distance = AREAS_BEFORE_ROOTS; distance >= 2 * AREA_SIZE; distance -= 8) {
        const [young, old] = [roots - distance, roots - distance + AREA_SIZE]
        const isYoung = areaAt(words, chunks, heap, young)?.chunk.isYoung === true
        const isOld = areaAt(words, chunks, heap, old)?.chunk.isYoung === false
        if (
          (isYoung || (emptyOnes === 'young' && isUnused(words, young))) &&
          (isOld || (emptyOnes === 'old' && isUnused(words, old)))
        )
          return distance
      }
    }
  }
  return null
}

/** By the instance type of maps, which differs between versions: V8 11.3, 12.4, 13.6, 14.6. */
const USUAL_DISTANCES: Readonly<Record<number, number>> = { 255: 312, 264: 400, 272: 432, 278: 480 }

/** Where both areas of all isolates are empty, they are known by their place alone. */
function usualDistance(words: Words, { types }: EngineLayout, isolates: readonly IsolateRoots[]): number {
  const distance = USUAL_DISTANCES[types.MAP]
  const areUnused = (roots: number, at: number) =>
    isUnused(words, roots - at) && isUnused(words, roots - at + AREA_SIZE)
  if (distance === undefined || !isolates.every(({ roots }) => areUnused(roots, distance))) {
    throw new MemoryError('the areas for new objects were not found in any isolate')
  }
  return distance
}

function isUnused(words: Words, address: number): boolean {
  return [0, 8, 16].every((offset) => words.word(address + offset) === 0)
}

interface Area {
  readonly chunk: Chunk
  readonly top: number
  readonly limit: number
}

/** Three words: where the area begins, where the next object goes, and where the area ends. */
function areaAt(words: Words, chunks: ChunkIndex, heap: number, address: number): Area | null {
  const start = words.word(address)
  const top = words.word(address + 8)
  const limit = words.word(address + 16)
  const isArea = start > 0 && start % 8 === 0 && top % 8 === 0 && start <= top && top <= limit && limit > start
  const chunk = isArea ? chunks.chunkOf(start) : undefined
  const isOwn = chunk !== undefined && chunk.heap === heap && limit <= chunk.end && !chunk.isReadOnly
  return isOwn ? { chunk, top, limit } : null
}

function isEmptyArea(words: Words, address: number): boolean {
  return words.word(address) === words.word(address + 16)
}

/** Young objects follow each other up to the top: behind it stands what was there before the last collection. */
function freeRangeOf({ chunk, top, limit }: Area): FreeRange {
  return { start: top, end: chunk.isYoung ? chunk.end : limit }
}

/** The map of free blocks: the root before two maps of fillers, whose instance type is one higher than theirs. */
export function freeSpaceMapOf(
  words: Words,
  chunks: ChunkIndex,
  layout: EngineLayout,
  isolates: readonly Isolate[],
): number {
  const typeOfMap = (map: number) => words.uint16(map - 1 + layout.mapInstanceType)
  for (const { roots } of isolates) {
    for (let index = 0; index < FIRST_ROOTS; index++) {
      const maps = [0, 1, 2].map((next) => words.word(roots + (index + next) * 8))
      const areMaps = maps.every((map) => chunks.hasObject(map) && typeOfMap(words.word(map - 1)) === layout.types.MAP)
      const [first = 0, second = 0, third = 0] = maps
      if (areMaps && typeOfMap(second) === typeOfMap(third) && typeOfMap(first) === typeOfMap(second) + 1) return first
    }
  }
  throw new MemoryError('the map of free blocks was not found')
}
