import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'

/** What is known of objects by their prototypes; each prototype is looked at once. */
export class ByPrototype<T> {
  readonly #heap: HeapView
  readonly #read: (prototype: number) => T | null
  readonly #most: number
  readonly #known = new Map<number, T | null>()

  /** @param most so many prototypes of an object are looked at. */
  constructor(heap: HeapView, most: number, read: (prototype: number) => T | null) {
    this.#heap = heap
    this.#most = most
    this.#read = read
  }

  /** Of the nearest prototype of which anything is known. */
  ofObject(object: number): T | null {
    let prototype = this.#heap.child(object, '__proto__')
    for (let count = 0; prototype !== NONE && count < this.#most; count++) {
      const known = this.at(prototype)
      if (known !== null) return known
      prototype = this.#heap.child(prototype, '__proto__')
    }
    return null
  }

  at(prototype: number): T | null {
    let known = this.#known.get(prototype)
    if (known === undefined) {
      known = this.#read(prototype)
      this.#known.set(prototype, known)
    }
    return known
  }
}

/** The script that has the class of an object; null if that is not known. */
export function scriptOfClass(heap: HeapView, object: number): string | null {
  const maker = heap.child(heap.child(object, '__proto__'), 'constructor')
  return maker !== NONE && heap.typeOf(maker) === 'closure' ? scriptOf(heap, maker) : null
}
