import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'

const MAX_PROTOTYPES = 16

/**
 * Which objects of a heap are of Node's own classes. Told by their prototypes and by where the constructors of these are
 * defined, never by a name: a program may have a `class Worker` of its own (Node 20 to 26).
 */
export class NodeClasses {
  readonly #heap: HeapView
  /** By prototype: its class, if that is one of Node's; null for the program's and V8's. */
  readonly #classes = new Map<number, string | null>()

  constructor(heap: HeapView) {
    this.#heap = heap
  }

  /** Node's class of an object; for a subclass of the program's, the class of Node's that it extends. */
  classOf(object: number): string | null {
    let prototype = this.#heap.child(object, '__proto__')
    for (let count = 0; prototype !== NONE && count < MAX_PROTOTYPES; count++) {
      const found = this.#classAt(prototype)
      if (found !== null) return found
      prototype = this.#heap.child(prototype, '__proto__')
    }
    return null
  }

  /** Whether an object is directly of a class of Node's, and not of a class of the program's that extends one. */
  isNodes(object: number): boolean {
    const prototype = this.#heap.child(object, '__proto__')
    return prototype !== NONE && this.#classAt(prototype) !== null
  }

  #classAt(prototype: number): string | null {
    let found = this.#classes.get(prototype)
    if (found === undefined) {
      found = this.#readClass(prototype)
      this.#classes.set(prototype, found)
    }
    return found
  }

  #readClass(prototype: number): string | null {
    const maker = this.#makerOf(prototype)
    if (maker === NONE || this.#heap.typeOf(maker) !== 'closure') return null
    const script = scriptOf(this.#heap, maker)
    const isNodes = script === null ? this.#isNative(maker) : script.startsWith('node:')
    return isNodes ? (this.#heap.nameOf(maker).split(' / ')[0] ?? null) : null
  }

  /** The constructor; if a proxy stands in its place, as the tracer's own does for `Worker`, the one behind it. */
  #makerOf(prototype: number): number {
    const maker = this.#heap.child(prototype, 'constructor')
    if (maker === NONE || this.#heap.nameOf(maker) !== 'system / JSProxy') return maker
    return this.#heap.edges(maker).find(({ node }) => this.#heap.typeOf(node) === 'closure')?.node ?? NONE
  }

  /** Written in C++: V8 makes its constructor from a template. */
  #isNative(maker: number): boolean {
    const shared = this.#heap.child(maker, 'shared')
    if (shared === NONE) return false
    return this.#heap.edges(shared).some(({ node }) => this.#heap.nameOf(node).includes('FunctionTemplateInfo'))
  }
}
