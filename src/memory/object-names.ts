import type { EngineHeap } from './engine-heap.js'
import type { Properties } from './properties.js'
import { firstVariableField, MOST_INLINED_NAMES } from './scope-infos.js'
import type { Strings } from './strings.js'
import { smallInteger } from './words.js'

const MOST_PROTOTYPES = 64
/** Between a scope's variables and its function's name there may be other fields. */
const FIELDS_BEFORE_NAME = 6

/** The names and types that a heap snapshot gives to objects. Source: V8's heap-snapshot-generator.cc. */
export class ObjectNames {
  readonly #heap: EngineHeap
  readonly #strings: Strings
  readonly #properties: Properties
  readonly #classNames = new Map<number, string>()
  /** Asked several times of one object after the other. */
  #lastPointer = 0
  #isLastFunction = false
  /** By instance type, of what JavaScript does not have. */
  readonly #ofType = new Map<number, { readonly name: string; readonly type: string }>()

  constructor(heap: EngineHeap, strings: Strings, properties: Properties) {
    this.#heap = heap
    this.#strings = strings
    this.#properties = properties
  }

  isFunction(pointer: number): boolean {
    if (pointer !== this.#lastPointer) {
      this.#isLastFunction = this.#readIsFunction(pointer)
      this.#lastPointer = pointer
    }
    return this.#isLastFunction
  }

  #readIsFunction(pointer: number): boolean {
    const { classes, layout, words } = this.#heap
    const type = classes.typeOf(pointer)
    if (!layout.isObject(type)) return false
    // Classes and functions of the engine have types of their own.
    return classes.typeOf(words.word(pointer - 1 + layout.functionShared)) === layout.types.SHARED_FUNCTION_INFO
  }

  /** An array of pointers: elements, variables of a hash table, and the tables themselves. */
  isArray(type: number): boolean {
    const { layout } = this.#heap
    const { FIXED_ARRAY: first, PROPERTY_ARRAY: ofProperties } = layout.types
    return (type >= first && type < layout.arraysEnd && !layout.isContext(type)) || type === ofProperties
  }

  typeOf(pointer: number): string {
    const { classes, layout } = this.#heap
    const type = classes.typeOf(pointer)
    if (type === -1) return ''
    if (layout.isString(type)) return 'string'
    if (type === layout.firstNonStringType) return 'symbol'
    if (layout.isObject(type)) return this.isFunction(pointer) ? 'closure' : 'object'
    if (layout.isContext(type)) return layout.nameOfType(type) === 'CONTEXT' ? 'object' : 'hidden'
    if (type === layout.types.MAP) return 'object shape'
    if (this.isArray(type)) return 'array'
    return this.#engineType(type).type
  }

  /** What V8 has for itself. */
  #engineType(type: number): { readonly name: string; readonly type: string } {
    let known = this.#ofType.get(type)
    if (known === undefined) {
      const name = this.#heap.layout.nameOfType(type)
      known = { name: `system / ${classNameOfType(name)}`, type: typeOfEngines(name) }
      this.#ofType.set(type, known)
    }
    return known
  }

  nameOf(pointer: number): string {
    const { classes, layout, words } = this.#heap
    const type = classes.typeOf(pointer)
    if (type === -1) return ''
    if (layout.isString(type)) return this.#strings.textOf(pointer, MOST_CHARACTERS) ?? ''
    if (type === layout.firstNonStringType) return this.#strings.nameOf(pointer) ?? ''
    // Node names it by a symbol.
    if (type === layout.types.JS_GLOBAL_OBJECT) return 'global'
    if (layout.isObject(type)) {
      return this.isFunction(pointer) ? this.functionName(pointer) : this.className(words.word(pointer - 1))
    }
    if (layout.isContext(type)) return this.isNativeContext(pointer) ? 'system / NativeContext' : 'system / Context'
    if (type === layout.types.SHARED_FUNCTION_INFO) return this.sharedName(pointer)
    if (type === layout.types.PROPERTY_ARRAY) return '(object properties)'
    if (this.isArray(type)) return '(internal array)'
    return this.#engineType(type).name
  }

  /** The context of a realm has many slots and no outer context. A bundle's outermost scope can have as many slots. */
  isNativeContext(context: number): boolean {
    const { classes, layout, words } = this.#heap
    if ((smallInteger(words.word(context + 7)) ?? 0) <= FEWEST_NATIVE_SLOTS) return false
    return !layout.isContext(classes.typeOf(words.word(context + PREVIOUS_SLOT)))
  }

  functionName(fn: number): string {
    return this.sharedName(this.#heap.words.word(fn - 1 + this.#heap.layout.functionShared))
  }

  sharedName(shared: number): string {
    const { words, layout, classes } = this.#heap
    const name = words.word(shared - 1 + layout.sharedName)
    if (this.#strings.isString(name)) return this.#strings.nameOf(name) ?? ''
    return classes.typeOf(name) === layout.types.SCOPE_INFO ? this.#scopeName(name) : ''
  }

  /** The name of the constructor of objects with a map. */
  className(map: number): string {
    let name = this.#classNames.get(map)
    if (name === undefined) {
      name = this.#constructorsName(map)
      this.#classNames.set(map, name)
    }
    return name
  }

  /**
   * The function that the prototype of a map names, else the one that made its objects. V8 takes the prototype's
   * `Symbol.toStringTag` first where the class extends another one (Node 20 to 26).
   */
  #constructorsName(map: number): string {
    const { words, layout, classes } = this.#heap
    let prototype = words.word(map - 1 + layout.mapPrototype)
    for (let count = 0; count < MOST_PROTOTYPES && layout.isObject(classes.typeOf(prototype)); count++) {
      const maker = this.#properties.valueOf(prototype, 'constructor')
      const tag = this.#properties.valueOf(prototype, '<symbol Symbol.toStringTag>')
      if (this.#strings.isString(tag) && this.#isDerived(prototype)) return this.nameOf(tag)
      if (this.isFunction(maker)) {
        const name = this.functionName(maker)
        if (name !== '') return name
        break
      }
      prototype = words.word(words.word(prototype - 1) - 1 + layout.mapPrototype)
    }
    const maker = this.#properties.constructorOf(map)
    return (this.isFunction(maker) ? this.functionName(maker) : '') || 'Object'
  }

  /** Whether the prototype is that of a class which extends another one. */
  #isDerived(prototype: number): boolean {
    const { words, layout } = this.#heap
    const base = words.word(words.word(prototype - 1) - 1 + layout.mapPrototype)
    const maker = this.#properties.valueOf(base, 'constructor')
    return this.isFunction(maker) && this.functionName(maker) !== 'Object'
  }

  /** The first string behind the variables of a scope is its function's name. */
  #scopeName(scope: number): string {
    const { words, layout } = this.#heap
    const count = smallInteger(words.word(scope - 1 + 8 + 8 * layout.scopeVariableCount)) ?? 0
    const first = firstVariableField(this.#heap, scope) + (count < MOST_INLINED_NAMES ? 2 * count : 1 + count)
    for (let field = first; field < first + FIELDS_BEFORE_NAME; field++) {
      const word = words.word(scope - 1 + 8 + 8 * field)
      if (this.#strings.isString(word)) return this.#strings.nameOf(word) ?? ''
    }
    return ''
  }
}

const MOST_CHARACTERS = 1_000
const FEWEST_NATIVE_SLOTS = 200
/** From the tagged pointer of a context to the slot of its outer context (Node 20 to 26). */
const PREVIOUS_SLOT = 23

function typeOfEngines(name: string): string {
  if (name === 'HEAP_NUMBER') return 'number'
  return /^(?:SHARED_FUNCTION_INFO|SCRIPT|CODE|BYTECODE_ARRAY|FEEDBACK_.*|SCOPE_INFO)$/.test(name) ? 'code' : 'hidden'
}

/** `PROMISE_REACTION` → `PromiseReaction`. */
function classNameOfType(type: string): string {
  return type
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('')
}
