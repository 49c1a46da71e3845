const GOLDEN = 0x9e3779b1
const EMPTY = 0

/** Pointers that are asked for millions of times: an open hash table. */
export class PointerSet {
  readonly #slots: Float64Array
  readonly #shift: number

  constructor(pointers: ReadonlySet<number>) {
    const bits = Math.max(4, Math.ceil(Math.log2(pointers.size * 2 + 1)))
    this.#shift = 32 - bits
    this.#slots = new Float64Array(1 << bits)
    for (const pointer of pointers) if (pointer !== EMPTY) this.#slots[this.#slotFor(pointer)] = pointer
  }

  has(pointer: number): boolean {
    return pointer !== EMPTY && this.#slots[this.#slotFor(pointer)] === pointer
  }

  #slotFor(pointer: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = Math.imul(pointer >>> 3, GOLDEN) >>> this.#shift
    while (slots[slot] !== pointer && slots[slot] !== EMPTY) slot = (slot + 1) & mask
    return slot
  }
}
