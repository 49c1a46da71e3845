import { CHUNK_SIZE } from './chunks.js'
import type { EngineHeap } from './engine-heap.js'
import type { Hit } from './heap-scan.js'
import type { ObjectFields } from './object-fields.js'

/** Finds the objects that words in a heap belong to. Ask in ascending order of addresses: the last one is remembered. */
export class HoldingObjects {
  readonly #heap: EngineHeap
  readonly #fields: ObjectFields
  #start = 0
  #end = 0
  #object = 0

  constructor(heap: EngineHeap, fields: ObjectFields) {
    this.#heap = heap
    this.#fields = fields
  }

  /** 0 where it is an object whose references are not followed, or none is found. */
  objectAt({ address, chunk }: Hit): number {
    if (address >= this.#start && address < this.#end) return this.#object
    this.#start = address
    this.#end = address + 8
    this.#object = 0
    const first = chunk.isLarge ? chunk.start : Math.max(chunk.start, address - CHUNK_SIZE)
    const { classes, words } = this.#heap
    for (let at = chunk.isLarge ? chunk.start : address - 8; at >= first && at < address; at -= 8) {
      if (!classes.isMap(words.word(at))) continue
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
}
