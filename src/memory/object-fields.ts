import type { EngineHeap } from './engine-heap.js'
import type { ObjectNames } from './object-names.js'
import type { Properties } from './properties.js'
import { firstVariableField, MOST_INLINED_NAMES, scopeFlags } from './scope-infos.js'
import type { Strings } from './strings.js'
import { smallInteger } from './words.js'

/** A reference in an object, named as a heap snapshot names it. */
export interface Field {
  readonly type: 'property' | 'element' | 'context' | 'internal' | 'hidden'
  readonly name: string
  readonly node: number
}

/** @param name the index of an element, or of a field without a name. @param word what stands there: an object or not. */
type FieldVisitor = (type: Field['type'], name: string | number, word: number) => void

const HEADER = 16
const MOST_LENGTH = 2 ** 27
/** Of a scope's flags: whether its contexts have a slot for an extension before the variables (V8 11.3 to 14.6). */
const HAS_EXTENSION = 1 << 26
/** A property array keeps an identity hash beside its length. */
const PROPERTY_ARRAY_LENGTH = 1_023

/** The references in objects, by what kind of object it is. Source: V8's heap-snapshot-generator.cc. */
export class ObjectFields {
  readonly #heap: EngineHeap
  readonly #strings: Strings
  readonly #properties: Properties
  readonly #names: ObjectNames
  readonly #variables = new Map<number, readonly string[]>()
  readonly #named: ReadonlyMap<number, ReadonlyMap<number, string>>
  /** The same by name, without what stands in the field in more than one way. */
  readonly #offsets: ReadonlyMap<number, ReadonlyMap<string, number>>
  readonly #ownNames: ReadonlySet<string>
  /** By instance type. */
  readonly #leftOut = new Map<number, boolean>()
  /** The names of fields that are no properties of the program's. */
  readonly #fieldNames: ReadonlySet<string>

  constructor(heap: EngineHeap, strings: Strings, properties: Properties, names: ObjectNames) {
    this.#heap = heap
    this.#strings = strings
    this.#properties = properties
    this.#names = names
    this.#named = namedFields(heap)
    this.#offsets = new Map([...this.#named].map(([type, names]) => [type, offsetsOf(names)]))
    const fieldNames = [...this.#named.values()].flatMap((ofType) => [...ofType.values()])
    this.#fieldNames = new Set(['__proto__', 'properties', 'elements', 'prototype', ...fieldNames])
    this.#ownNames = new Set([...this.#offsets.values()].flatMap((offsets) => [...offsets.keys()]))
  }

  /** All references of an object but those to its map, in the order in which they stand in it. */
  fieldsOf(object: number): Field[] {
    return this.#fieldsOf(object, true)
  }

  /** What the first field of a name refers to, 0 for none; an element is no field. */
  fieldNamed(object: number, name: string): number {
    const { classes, layout, words, chunks } = this.#heap
    const map = words.word(object - 1)
    const type = classes.typeOfMap(map)
    // Asked for again and again: the other fields of an object need not be read for it.
    const isProperty = !this.#fieldNames.has(name) && !name.startsWith('bound_argument')
    if (isProperty && layout.isObject(type) && !this.#properties.isDictionary(map)) {
      const property = this.#properties.namedOf(map, name)
      if (property === undefined || property.isDouble) return 0
      const word = this.#properties.valueIn(object, property)
      return chunks.hasObject(word) ? word : 0
    }
    return this.#fieldsOf(object, false).find((field) => field.name === name && field.type !== 'hidden')?.node ?? 0
  }

  #fieldsOf(object: number, withElements: boolean): Field[] {
    const found: Field[] = []
    const add: FieldVisitor = (type, name, word) => {
      if (this.#heap.chunks.hasObject(word)) found.push({ type, name: String(name), node: word })
    }
    this.visitFields(object, add, withElements)
    return found
  }

  /** Shows all that `fieldsOf` does, and also the fields that refer to no object. */
  visitFields(object: number, visit: FieldVisitor, withElements = true): void {
    const { classes, layout } = this.#heap
    const type = classes.typeOf(object)
    if (type === -1 || layout.isString(type) || type === layout.types.MAP) return
    if (layout.isObject(type)) this.#addObject(object, visit, withElements)
    else if (layout.isContext(type)) this.#addContext(object, visit)
    else if (this.#names.isArray(type)) this.#addArray(object, visit)
    else this.#addStruct(object, type, visit)
  }

  /** What one of V8's own fields of an object refers to, 0 if that is no object; null if its kind has no such field. */
  ownField(object: number, name: string): number | null {
    if (!this.#ownNames.has(name)) return null
    const { classes, layout, words, chunks } = this.#heap
    const type = this.#names.isFunction(object) ? layout.types.JS_FUNCTION : classes.typeOf(object)
    const offset = this.#offsets.get(type)?.get(name)
    if (offset === undefined) return null
    const word = words.word(object - 1 + offset)
    return chunks.hasObject(word) ? word : 0
  }

  /** How long an object is, in bytes; 0 if its map does not say, nor does its kind. */
  sizeOf(object: number): number {
    const { words, layout, classes } = this.#heap
    const map = words.word(object - 1)
    const size = words.byte(map - 1 + layout.mapSizeInWords) * 8
    if (size > 0) return size
    const type = classes.typeOfMap(map)
    // It has its capacity where others have their length, and then its length.
    if (layout.nameOfType(type) === 'ARRAY_LIST') return HEADER + 8 + 8 * this.lengthOf(object, type)
    const isCounted = layout.isContext(type) || this.#names.isArray(type)
    return isCounted ? HEADER + 8 * this.lengthOf(object, type) : 0
  }

  lengthOf(array: number, type = this.#heap.classes.typeOf(array)): number {
    const length = smallInteger(this.#heap.words.word(array + 7)) ?? 0
    const { PROPERTY_ARRAY: ofProperties } = this.#heap.layout.types
    const count = type === ofProperties ? length & PROPERTY_ARRAY_LENGTH : length
    return count >= 0 && count < MOST_LENGTH ? count : 0
  }

  #addObject(object: number, add: FieldVisitor, withElements: boolean): void {
    const { words, layout, classes } = this.#heap
    const map = words.word(object - 1)
    const type = classes.typeOfMap(map)
    add('property', '__proto__', words.word(map - 1 + layout.mapPrototype))
    const properties = words.word(object + 7)
    const elements = words.word(object + 15)
    add('internal', 'properties', properties)
    add('internal', 'elements', elements)
    const described = this.#properties.ofMap(map)
    for (const property of described) {
      if (!property.isDouble) add('property', property.name, this.#properties.valueIn(object, property))
    }
    if (this.#properties.isDictionary(map)) {
      for (const { name, value } of this.#properties.entriesOf(properties)) add('property', name, value)
    }
    if (withElements) this.#addElements(map, elements, add)
    const names = this.#names.isFunction(object) ? this.#functionFields() : this.#named.get(type)
    const own = this.#properties.offsetsOf(map)
    const end = words.byte(map - 1 + layout.mapSizeInWords) * 8
    for (let offset = 24; offset < end; offset += 8) {
      if (own.has(offset)) continue
      const name = names?.get(offset)
      const word = words.word(object - 1 + offset)
      if (name === 'prototype' && classes.isMap(word)) {
        add('property', name, words.word(word - 1 + layout.mapPrototype))
      } else if (name === 'prototype') add('property', name, word)
      else if (name === 'bound_arguments') this.#addBoundArguments(word, add)
      else add(name === undefined ? 'hidden' : 'internal', name ?? offset / 8, word)
    }
  }

  #addElements(map: number, elements: number, add: FieldVisitor): void {
    const { words, layout, classes } = this.#heap
    const mask = layout.constant('bit_field2_elements_kind_mask')
    const kind = (words.byte(map - 1 + layout.mapBits2) & mask) >>> layout.constant('bit_field2_elements_kind_shift')
    const type = classes.typeOf(elements)
    if (type === -1 || !this.#names.isArray(type)) return
    if (kind === layout.constant('elements_dictionary_elements')) {
      for (const { name, value } of this.#properties.entriesOf(elements)) add('element', name, value)
      return
    }
    const length = this.lengthOf(elements, type)
    for (let index = 0; index < length; index++) {
      add('element', index, words.word(elements - 1 + HEADER + index * 8))
    }
  }

  #addBoundArguments(array: number, add: FieldVisitor): void {
    const length = Math.min(this.lengthOf(array), MOST_BOUND)
    for (let index = 0; index < length; index++) {
      add('internal', `bound_argument_${index}`, this.#heap.words.word(array - 1 + HEADER + index * 8))
    }
    add('internal', 'bound_arguments', array)
  }

  #addContext(context: number, add: FieldVisitor): void {
    const { words } = this.#heap
    const length = this.lengthOf(context)
    const scope = words.word(context - 1 + HEADER)
    const slot = (index: number) => words.word(context - 1 + HEADER + index * 8)
    add('internal', 'scope_info', scope)
    add('internal', 'previous', slot(1))
    const isNative = this.#names.isNativeContext(context)
    const variables = isNative ? [] : this.#variablesOf(scope)
    const flags = scopeFlags(words, scope)
    const hasExtension = length > 2 && (isNative || (flags & HAS_EXTENSION) !== 0)
    const first = hasExtension ? 3 : 2
    const fits = length >= first + variables.length
    if (hasExtension) add('internal', 'extension', slot(2))
    for (let index = first; index < length; index++) {
      const name = fits ? variables[index - first] : undefined
      add(name === undefined ? 'hidden' : 'context', name ?? index, this.#contextValue(slot(index)))
    }
  }

  /** What a variable of a scope has, also a number; 0 if there is no such variable. */
  variableOf(context: number, variable: string): number {
    let found = 0
    this.#addContext(context, (type, name, word) => {
      if (type === 'context' && name === variable) found = word
    })
    return found
  }

  /** A variable may stand in a cell of its own (V8 14.6). */
  #contextValue(word: number): number {
    const { classes, layout, words } = this.#heap
    return layout.nameOfType(classes.typeOf(word)) === 'CONTEXT_CELL' ? words.word(word - 1 + 8) : word
  }

  #variablesOf(scope: number): readonly string[] {
    let variables = this.#variables.get(scope)
    if (variables === undefined) {
      const { classes, layout } = this.#heap
      variables = classes.typeOf(scope) === layout.types.SCOPE_INFO ? this.#readVariables(scope) : []
      this.#variables.set(scope, variables)
    }
    return variables
  }

  #readVariables(scope: number): string[] {
    const { words, layout } = this.#heap
    const count = smallInteger(words.word(scope - 1 + 8 + 8 * layout.scopeVariableCount)) ?? 0
    const first = scope - 1 + 8 + 8 * firstVariableField(this.#heap, scope)
    if (count < MOST_INLINED_NAMES) {
      return Array.from({ length: count }, (_, index) => this.#strings.nameOf(words.word(first + index * 8)) ?? '')
    }
    return this.#variablesInTable(words.word(first), count)
  }

  /** By name their places, in a hash table of pairs behind a head. */
  #variablesInTable(table: number, count: number): string[] {
    const { words } = this.#heap
    const variables = new Array<string>(count).fill('')
    const length = this.lengthOf(table)
    for (let index = 0; index + 1 < length; index++) {
      const name = this.#strings.nameOf(words.word(table - 1 + HEADER + index * 8))
      const place = smallInteger(words.word(table - 1 + HEADER + index * 8 + 8))
      if (name !== null && place !== null && place >= 0 && place < count) variables[place] = name
    }
    return variables
  }

  #addArray(array: number, add: FieldVisitor): void {
    const length = this.lengthOf(array)
    for (let index = 0; index < length; index++) {
      add('internal', index, this.#heap.words.word(array - 1 + HEADER + index * 8))
    }
  }

  #addStruct(object: number, type: number, add: FieldVisitor): void {
    const { words } = this.#heap
    if (this.#isLeftOut(type)) return
    const names = this.#named.get(type)
    const end = this.sizeOf(object)
    for (let offset = 8; offset < end; offset += 8) {
      const name = names?.get(offset)
      add(name === undefined ? 'hidden' : 'internal', name ?? offset / 8, words.word(object - 1 + offset))
    }
  }

  /** What V8 has for itself and no program refers to anything by. */
  #isLeftOut(type: number): boolean {
    let isOut = this.#leftOut.get(type)
    if (isOut === undefined) {
      isOut = LEFT_OUT.test(this.#heap.layout.nameOfType(type))
      this.#leftOut.set(type, isOut)
    }
    return isOut
  }

  #functionFields(): ReadonlyMap<number, string> {
    return this.#named.get(this.#heap.layout.types.JS_FUNCTION) as ReadonlyMap<number, string>
  }
}

const MOST_BOUND = 1_024
const LEFT_OUT = /^(?:FEEDBACK|WEAK_|TRANSITION|DESCRIPTOR|BYTECODE|.*BYTE_ARRAY|FIXED_DOUBLE)/

function offsetsOf(names: ReadonlyMap<number, string>): ReadonlyMap<string, number> {
  const entries = [...names].filter(([, name]) => name !== 'prototype' && name !== 'bound_arguments')
  return new Map(entries.map(([offset, name]) => [name, offset]))
}

/** By type and offset, the fields whose names the rules of `heap/` look for (V8 11.3 to 14.6). */
function namedFields({ layout }: EngineHeap): ReadonlyMap<number, ReadonlyMap<number, string>> {
  const { types } = layout
  const generator = new Map([
    [24, 'function'],
    [32, 'context'],
    [40, 'receiver'],
    [72, 'parameters_and_registers'],
  ])
  const bound = new Map([
    [24, 'bound_function'],
    [32, 'bound_this'],
    [40, 'bound_arguments'],
  ])
  const table = new Map([[24, 'table']])
  return new Map([
    [
      types.JS_FUNCTION,
      new Map([
        [layout.functionShared, 'shared'],
        [layout.functionContext, 'context'],
        [layout.functionPrototype, 'prototype'],
      ]),
    ],
    [types.JS_PROMISE, new Map([[24, 'reactions_or_result']])],
    [types.JS_ASYNC_FUNCTION_OBJECT, generator],
    [types.JS_ASYNC_GENERATOR_OBJECT, generator],
    // The generators that are not async come before.
    [types.JS_ASYNC_FUNCTION_OBJECT - 1, generator],
    [types.JS_BOUND_FUNCTION, bound],
    [types.JS_MAP, table],
    [types.JS_SET, table],
    [
      types.SHARED_FUNCTION_INFO,
      new Map([
        [layout.sharedName, 'name_or_scope_info'],
        [layout.sharedScript, 'script'],
      ]),
    ],
    [
      types.SCRIPT,
      new Map([
        [layout.scriptName, 'name'],
        [layout.scriptSource, 'source'],
      ]),
    ],
  ])
}
