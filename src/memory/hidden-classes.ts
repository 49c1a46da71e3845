import type { Chunk, ChunkIndex } from './chunks.js'
import type { EngineLayout } from './engine-layout.js'
import type { HeapScan, Hit } from './heap-scan.js'
import { BEFORE_HEAP, BEHIND_HEAP, type Isolate } from './isolates.js'
import { smallInteger, type Words } from './words.js'

const FEWEST_SLOTS = 200
const MOST_SLOTS = 1_000
const RECENT = 4_096
const RECENT_MASK = RECENT - 1

/** The maps of all objects: what V8 calls their hidden classes. An object is known by its first word, which is its map. */
export class HiddenClasses {
  readonly #words: Words
  readonly #chunks: ChunkIndex
  readonly #layout: EngineLayout
  readonly #metaMaps: Set<number>
  readonly #types = new Map<number, number>()
  /** Those that were asked for a short while ago, by bits of their addresses. */
  readonly #recentMaps = new Float64Array(RECENT).fill(Number.NaN)
  readonly #recentTypes = new Int32Array(RECENT)

  constructor(words: Words, chunks: ChunkIndex, layout: EngineLayout, metaMap: number, isolates: readonly Isolate[]) {
    this.#words = words
    this.#chunks = chunks
    this.#layout = layout
    this.#metaMaps = new Set([metaMap])
    for (const { heap } of isolates) this.#addContextsMetaMaps(heap)
    for (const chunk of chunks.chunks) if (chunk.isReadOnly) this.#addMapsIn(chunk)
  }

  /**
   * Finds all maps, and whatever else is of a type whose map all isolates share: one pass over the heap.
   *
   * @param others by map, what to do with an object of it.
   */
  scan(scan: HeapScan, others: ReadonlyMap<number, (hit: Hit) => void>): void {
    const { types, mapInstanceType } = this.#layout
    const found: Hit['address'][] = []
    scan.find(
      [...this.#metaMaps, ...others.keys()],
      (hit) => {
        const other = others.get(hit.needle)
        if (other !== undefined) {
          other(hit)
          return
        }
        const type = hit.uint16(mapInstanceType)
        this.#types.set(hit.address + 1, type)
        if (type === types.MAP) found.push(hit.address + 1)
      },
      ({ isReadOnly, isYoung, isLarge }) => isReadOnly || (!isYoung && !isLarge),
    )
    for (const map of found) this.#metaMaps.add(map)
  }

  /** The instance type of an object; -1 for what is none. */
  typeOf(pointer: number): number {
    return this.#chunks.hasObject(pointer) ? this.typeOfMap(this.#words.word(pointer - 1)) : -1
  }

  /** -1 for what is no map. */
  typeOfMap(map: number): number {
    const slot = (map >>> 3) & RECENT_MASK
    if (this.#recentMaps[slot] === map) return this.#recentTypes[slot] as number
    const type = this.#types.get(map) ?? this.#readType(map)
    if (type !== -1) {
      this.#recentMaps[slot] = map
      this.#recentTypes[slot] = type
    }
    return type
  }

  #readType(map: number): number {
    if (!this.#chunks.hasObject(map) || !this.#metaMaps.has(this.#words.word(map - 1))) return -1
    const type = this.#words.uint16(map - 1 + this.#layout.mapInstanceType)
    this.#types.set(map, type)
    return type
  }

  isMap(pointer: number): boolean {
    return this.typeOfMap(pointer) !== -1
  }

  /** Whether a word is what every map begins with. */
  isMetaMap(word: number): boolean {
    return this.#metaMaps.has(word)
  }

  *maps(...types: readonly number[]): Generator<number> {
    for (const [map, type] of this.#types) if (types.includes(type)) yield map
  }

  /** The maps of what JavaScript can have. */
  *objectMaps(): Generator<number> {
    for (const [map, type] of this.#types) if (this.#layout.isObject(type)) yield map
  }

  #addMapsIn({ start, end }: Chunk): void {
    for (let address = start; address < end; address += 8) {
      if (this.#metaMaps.has(this.#words.word(address))) this.typeOfMap(address + 1)
    }
  }

  /** From Node 22 on each native context has a map of maps of its own: reached from the isolate's fields. */
  #addContextsMetaMaps(heap: number): void {
    const seen = new Set<number>()
    const open: number[] = []
    for (let address = heap - BEFORE_HEAP; address < heap + BEHIND_HEAP; address += 8) {
      open.push(this.#words.word(address))
    }
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at) || !this.#chunks.hasObject(at) || this.#chunks.chunkOf(at)?.isReadOnly === true) continue
      seen.add(at)
      const map = this.#words.word(at - 1)
      if (!this.#chunks.hasObject(map)) continue
      const metaMap = this.#words.word(map - 1)
      if (!this.#isMetaMap(metaMap)) continue
      this.#metaMaps.add(metaMap)
      if (this.#isContext(at)) open.push(...this.#contextsIn(at))
    }
  }

  #isMetaMap(word: number): boolean {
    if (this.#metaMaps.has(word)) return true
    if (!this.#chunks.hasObject(word) || this.#words.word(word - 1) !== word) return false
    return this.#words.uint16(word - 1 + this.#layout.mapInstanceType) === this.#layout.types.MAP
  }

  #isContext(pointer: number): boolean {
    if (!this.#chunks.hasObject(pointer)) return false
    const map = this.#words.word(pointer - 1)
    return (
      this.#chunks.hasObject(map) && this.#layout.isContext(this.#words.uint16(map - 1 + this.#layout.mapInstanceType))
    )
  }

  #contextsIn(context: number): number[] {
    const count = smallInteger(this.#words.word(context + 7)) ?? 0
    if (count < FEWEST_SLOTS || count > MOST_SLOTS) return []
    const slots = Array.from({ length: count }, (_, slot) => this.#words.word(context + 15 + slot * 8))
    return slots.filter((slot) => this.#isContext(slot))
  }
}
