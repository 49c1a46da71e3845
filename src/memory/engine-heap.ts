import { type Chunk, ChunkIndex, chunksOf } from './chunks.js'
import { EngineLayout } from './engine-layout.js'
import type { EngineSymbols } from './engine-symbols.js'
import { HeapScan } from './heap-scan.js'
import { HiddenClasses } from './hidden-classes.js'
import { freeSpaceMapOf, type Isolate, type IsolateRoots, isolateRootsOf, isolatesOf, metaMapOf } from './isolates.js'
import { MemoryError, type ProcessMemory } from './process-memory.js'
import { usedStartOf } from './thread-stacks.js'
import { smallInteger, Words } from './words.js'

const MOST_NEEDED = 1_000_000
/** In bytes: what is larger is a reservation, or holds the program's own data. */
const LARGEST_OUTSIDE = 64 << 20
const PIECE = 262_144

/** V8's heaps in the memory of a process: what every reader of objects starts from. */
export class EngineHeap {
  readonly words: Words
  readonly layout: EngineLayout
  readonly chunks: ChunkIndex
  readonly isolates: readonly Isolate[]
  readonly classes: HiddenClasses
  readonly scan: HeapScan
  readonly builtins: readonly string[]
  /** V8's own functions, by what their closures share: the name of the code. */
  readonly builtinOf: ReadonlyMap<number, string>

  /**
   * @param isRead which isolates are looked at: in the heaps of other threads that run there may be anything.
   * @throws {MemoryError} if something is not as in the versions of V8 that are known.
   */
  constructor(
    memory: ProcessMemory,
    symbols: EngineSymbols,
    isRead: (isolate: IsolateRoots, words: Words) => boolean = () => true,
  ) {
    this.words = new Words(memory)
    this.layout = new EngineLayout(symbols)
    this.builtins = symbols.builtins
    const all = new ChunkIndex(chunksOf(this.words, memory.mappings))
    const metaMap = metaMapOf(this.words, all, this.layout)
    const found = isolateRootsOf(this.words, all, metaMap).filter((isolate) => isRead(isolate, this.words))
    const read = new Set([0, ...found.map(({ heap }) => heap)])
    this.chunks = new ChunkIndex(all.chunks.filter(({ heap }) => read.has(heap)))
    this.isolates = isolatesOf(this.words, this.chunks, this.layout, found)
    const freeMap = freeSpaceMapOf(this.words, this.chunks, this.layout, this.isolates)
    const mayRefer = (chunk: Chunk) => !chunk.isLarge || this.#mayRefer(chunk)
    this.scan = new HeapScan(memory, this.chunks.chunks, this.isolates, freeMap, mayRefer)
    this.classes = new HiddenClasses(this.words, this.chunks, this.layout, metaMap, this.isolates)
    this.builtinOf = this.#scanForBuiltins()
  }

  /** In bytes: what is mapped for the heaps. */
  get size(): number {
    return this.chunks.chunks.reduce((sum, { size }) => sum + size, 0)
  }

  /** The heap that an object is in, by the isolate's value. */
  heapOf(pointer: number): number {
    return this.chunks.chunkOf(pointer)?.heap ?? 0
  }

  /** Which of some words stand in memory that is in no heap: where handles are kept, and the stacks. */
  wordsOutside(pointers: ReadonlySet<number>): ReadonlySet<number> {
    const found = new Set<number>()
    if (pointers.size === 0) return found
    for (const mapping of this.words.memory.mappings) {
      const { start, end, isReadable, isWritable, path } = mapping
      const isOurs = path === '' || path === '[heap]' || path === '[stack]'
      if (!isReadable || !isWritable || !isOurs || end - start > LARGEST_OUTSIDE) continue
      for (let at = usedStartOf(this.words.memory, mapping); at < end; at += PIECE) {
        if (this.chunks.chunkOf(at) !== undefined) continue
        const bytes = this.words.bytes(at, Math.min(PIECE, end - at))
        for (let offset = 0; bytes !== null && offset + 8 <= bytes.length; offset += 8) {
          const low = bytes.readUInt32LE(offset)
          if ((low & 7) !== 1) continue
          const word = low + bytes.readUInt32LE(offset + 4) * 2 ** 32
          if (pointers.has(word)) found.add(word)
        }
      }
    }
    return found
  }

  /** A long text or a block of bytes or numbers has a chunk of its own, and refers to nothing. */
  #mayRefer({ start }: Chunk): boolean {
    const type = this.words.uint16(this.words.word(start) - 1 + this.layout.mapInstanceType)
    return !this.layout.isString(type) && !/BYTE_ARRAY|DOUBLE_ARRAY/.test(this.layout.nameOfType(type))
  }

  #scanForBuiltins(): ReadonlyMap<number, string> {
    const { classes, layout } = this
    const found: number[] = []
    const [map] = classes.maps(layout.types.SHARED_FUNCTION_INFO)
    if (map === undefined) throw new MemoryError('the map of V8’s function infos was not found')
    classes.scan(this.scan, new Map([[map, ({ address }) => found.push(address + 1)]]))
    if (found.length > MOST_NEEDED) throw new MemoryError('there are more function infos than a program can have')
    const builtinOf = new Map<number, string>()
    for (const shared of [...found, ...this.#sharedInRoots()]) {
      const name = this.#builtinOfShared(shared)
      if (name !== '') builtinOf.set(shared, name)
    }
    const names = new Set(builtinOf.values())
    for (const needed of NEEDED_BUILTINS) {
      if (!names.has(needed)) throw new MemoryError(`V8’s function ${needed} was not found`)
    }
    return builtinOf
  }

  *#sharedInRoots(): Generator<number> {
    for (const { roots, rootCount } of this.isolates) {
      for (let index = 0; index < rootCount; index++) {
        const root = this.words.word(roots + index * 8)
        if (this.classes.typeOf(root) === this.layout.types.SHARED_FUNCTION_INFO) yield root
      }
    }
  }

  /** Its number is a small integer in place of the code (V8 11.3: the first field; 12.4 to 14.6: the second). */
  #builtinOfShared(shared: number): string {
    for (const offset of [8, 16]) {
      const id = smallInteger(this.words.word(shared - 1 + offset))
      if (id !== null && id > 0) return this.builtins[id] ?? ''
    }
    return ''
  }
}

const NEEDED_BUILTINS = ['AsyncFunctionAwaitResolveClosure', 'PromiseCapabilityDefaultResolve']
