import type { EngineHeap } from './engine-heap.js'
import type { Strings } from './strings.js'
import { smallInteger } from './words.js'

/** Of V8's cell of a global variable (V8 11.3 to 14.6). */
const NAME = 8
const MOST_VARIABLES = 2 ** 20

/** The variables of global objects, which V8 keeps in a cell each. */
export class GlobalVariables {
  readonly #heap: EngineHeap
  readonly #strings: Strings
  readonly #globalObjects: () => readonly number[]
  /** By cell. */
  #owners: ReadonlyMap<number, number> | null = null

  constructor(heap: EngineHeap, strings: Strings, globalObjects: () => readonly number[]) {
    this.#heap = heap
    this.#strings = strings
    this.#globalObjects = globalObjects
  }

  /** The variable's name and the global object; null if the object is no cell of one. */
  variableIn(cell: number): { readonly name: string; readonly node: number } | null {
    const { classes, layout, words } = this.#heap
    if (classes.typeOf(cell) !== layout.types.PROPERTY_CELL) return null
    this.#owners ??= this.#readOwners()
    const node = this.#owners.get(cell)
    const name = this.#strings.nameOf(words.word(cell - 1 + NAME))
    return node === undefined || name === null ? null : { name, node }
  }

  /** Whether a global object has a variable of the name. */
  has(name: string): boolean {
    this.#owners ??= this.#readOwners()
    const { words } = this.#heap
    return [...this.#owners.keys()].some((cell) => this.#strings.nameOf(words.word(cell - 1 + NAME)) === name)
  }

  #readOwners(): Map<number, number> {
    const { classes, layout, words } = this.#heap
    const owners = new Map<number, number>()
    for (const object of this.#globalObjects()) {
      const table = words.word(object + 7)
      const length = Math.min(smallInteger(words.word(table + 7)) ?? 0, MOST_VARIABLES)
      for (let index = 0; index < length; index++) {
        const cell = words.word(table + 15 + index * 8)
        if (classes.typeOf(cell) === layout.types.PROPERTY_CELL) owners.set(cell, object)
      }
    }
    return owners
  }
}
