import { CHUNK_SIZE } from './chunk-table.js'
import type { EngineHeap } from './engine-heap.js'
import type { Hit } from './heap-scan.js'
import type { ObjectFields } from './object-fields.js'
import type { ObjectNames } from './object-names.js'
import { smallInteger } from './words.js'

/** In bytes: how long a map is (V8 11.3 to 14.6). */
const MAP_SIZE = 72

/** Finds the objects that words in a heap belong to. Ask in ascending order of addresses: the last one is remembered. */
export class HoldingObjects {
  readonly #heap: EngineHeap
  readonly #fields: ObjectFields
  readonly #names: ObjectNames
  #start = 0
  #end = 0
  #object = 0

  constructor(heap: EngineHeap, fields: ObjectFields, names: ObjectNames) {
    this.#heap = heap
    this.#fields = fields
    this.#names = names
  }

  /** 0 where it is an object whose references are not followed, or none is found. */
  objectAt({ address, chunk }: Hit): number {
    if (address >= this.#start && address < this.#end) return this.#object
    this.#start = address
    this.#end = address + 8
    this.#object = 0
    const { scan } = this.#heap
    const usual = chunk.isLarge ? chunk.start : Math.max(chunk.start, address - CHUNK_SIZE)
    // What stands in a free block was left there by objects that are gone.
    const first = Math.max(usual, scan.freeEndBefore(address))
    for (let at = chunk.isLarge ? chunk.start : address - 8; at >= first && at < address; at -= 8) {
      if (!this.isStart(at)) continue
      const size = this.#fields.sizeOf(at + 1)
      // A map that does not say how long its objects are: what follows may belong to it.
      if (size === 0) return 0
      // The one before ends here: the word is the first of an object itself.
      if (at + size === address) return 0
      if (at + size < address) continue
      this.#start = at
      this.#end = at + size
      this.#object = at + 1
      return this.#object
    }
    return 0
  }

  /**
   * Whether an object can begin there, rather than the word be a map in another object's field: that of a map which it
   * follows from, of a function whose objects have it, of a context.
   */
  isStart(address: number): boolean {
    const { classes, words, layout } = this.#heap
    const type = classes.typeOfMap(words.word(address))
    if (type === -1) return false
    for (let before = address - 8; before > address - MAP_SIZE; before -= 8) {
      if (classes.isMetaMap(words.word(before))) return false
    }
    // The properties and elements of an object of the program's.
    if (type < layout.types.JS_GLOBAL_OBJECT) return true
    return this.#mayBeProperties(words.word(address + 8)) && this.#mayBeElements(words.word(address + 16))
  }

  /** Or the hash of an object without any. */
  #mayBeProperties(word: number): boolean {
    return smallInteger(word) !== null || this.#names.isArray(this.#heap.classes.typeOf(word))
  }

  #mayBeElements(word: number): boolean {
    const { classes, layout } = this.#heap
    const type = classes.typeOf(word)
    return this.#names.isArray(type) || /BYTE_ARRAY|FIXED_DOUBLE_ARRAY|SLOPPY_ARGUMENTS/.test(layout.nameOfType(type))
  }
}
