import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import { ByPrototype } from './prototypes.js'

const MAX_PROTOTYPES = 16

/**
 * Which objects of a heap are of Node's own classes. Told by their prototypes and by where the constructors of these are
 * defined, never by a name: a program may have a `class Worker` of its own (Node 20 to 26).
 */
export class NodeClasses {
  readonly #heap: HeapView
  /** The classes of Node's; null for the program's and V8's. */
  readonly #classes: ByPrototype<string>

  constructor(heap: HeapView) {
    this.#heap = heap
    this.#classes = new ByPrototype(heap, MAX_PROTOTYPES, (prototype) => this.#readClass(prototype))
  }

  /** Node's class of an object; for a subclass of the program's, the class of Node's that it extends. */
  classOf(object: number): string | null {
    return this.#classes.ofObject(object)
  }

  /** Whether an object is directly of a class of Node's, and not of a class of the program's that extends one. */
  isNodes(object: number): boolean {
    const prototype = this.#heap.child(object, '__proto__')
    return prototype !== NONE && this.#classes.at(prototype) !== null
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
