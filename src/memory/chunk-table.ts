const HIGH = 2 ** 32
/** Each chunk begins at a multiple of this. */
export const CHUNK_SIZE = 262_144
export const CHUNK_BITS = 18
const GOLDEN = 0x9e3779b1
const NONE = -1

/**
 * A number for each of the places in memory at which chunks begin: an open hash table. Its arrays are open to loops over all words of
 * a heap. Addresses have 47 bits: the number of a place has 29.
 */
export class ChunkTable {
  readonly keys: Int32Array
  readonly values: Int32Array
  readonly shift: number

  /** @param most how many places there will be. */
  constructor(most: number) {
    const bits = Math.max(6, Math.ceil(Math.log2(most * 4 + 1)))
    this.shift = 32 - bits
    this.keys = new Int32Array(1 << bits).fill(NONE)
    this.values = new Int32Array(1 << bits).fill(NONE)
  }

  set(address: number, value: number): void {
    const key = placeOf(address % HIGH, Math.floor(address / HIGH))
    const slot = slotFor(this.keys, this.shift, key)
    this.keys[slot] = key
    this.values[slot] = value
  }

  /** -1 for none. @param pointer to anything in the chunk. */
  at(pointer: number): number {
    const place = Math.floor(pointer / CHUNK_SIZE)
    return place >= 0 && place < MOST_PLACES ? (this.values[slotFor(this.keys, this.shift, place)] as number) : NONE
  }
}

const MOST_PLACES = 2 ** 30

/** Where a place stands in a table, or would stand. */
export function slotFor(keys: Int32Array, shift: number, place: number): number {
  const mask = keys.length - 1
  let slot = Math.imul(place, GOLDEN) >>> shift
  while (keys[slot] !== place && keys[slot] !== NONE) slot = (slot + 1) & mask
  return slot
}

/** By the halves of an address. */
export function placeOf(low: number, high: number): number {
  return (high << (32 - CHUNK_BITS)) | (low >>> CHUNK_BITS)
}
