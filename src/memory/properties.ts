import type { EngineHeap } from './engine-heap.js'
import type { Strings } from './strings.js'
import { isPointer, smallInteger } from './words.js'

/** A property of objects with one map, and where these keep its value. */
export interface Property {
  readonly name: string
  /** In the object itself, else in its array of properties. */
  readonly isInObject: boolean
  /** From the beginning of the object or of the array. */
  readonly offset: number
  /** The value is a 64-bit number: boxed, or in place of a pointer. */
  readonly isDouble: boolean
}

/** An entry of a hash table. */
export interface Entry {
  readonly name: string
  readonly value: number
  /** From the beginning of the table to the value. */
  readonly offset: number
}

const ENTRY_WORDS = 3
const ARRAY_HEADER = 16
const MOST_LENGTH = 2 ** 27
/** Behind the map and the number that it is converted to. */
const ODDBALL_TEXT = 16
const MOST_BACK_POINTERS = 2_000

/** The named properties of objects, from the descriptors in their maps or from their hash tables. */
export class Properties {
  readonly #heap: EngineHeap
  readonly #strings: Strings
  readonly #ofMap = new Map<number, readonly Property[]>()
  readonly #namedOfMap = new Map<number, ReadonlyMap<string, Property>>()
  readonly #offsetsOfMap = new Map<number, ReadonlySet<number>>()
  /** By the value's word. */
  readonly #areTrue = new Map<number, boolean>()
  readonly #constructors = new Map<number, number>()
  /** Maps that follow from each other share their descriptors. */
  readonly #keys = new Map<number, readonly number[]>()
  readonly #bits: {
    readonly dictionary: number
    readonly countMask: number
    readonly countShift: number
    readonly locationMask: number
    readonly isDescriptor: number
    readonly indexMask: number
    readonly indexShift: number
    readonly representationMask: number
    readonly isDouble: number
  }

  constructor(heap: EngineHeap, strings: Strings) {
    this.#heap = heap
    this.#strings = strings
    const constant = (name: string) => heap.layout.constant(name)
    this.#bits = {
      dictionary: 1 << constant('bit_field3_is_dictionary_map_shift'),
      countMask: constant('bit_field3_number_of_own_descriptors_mask'),
      countShift: constant('bit_field3_number_of_own_descriptors_shift'),
      locationMask: constant('prop_location_mask'),
      isDescriptor: constant('prop_location_Descriptor') << constant('prop_location_shift'),
      indexMask: constant('prop_index_mask'),
      indexShift: constant('prop_index_shift'),
      representationMask: constant('prop_representation_mask'),
      isDouble: constant('prop_representation_double') << constant('prop_representation_shift'),
    }
  }

  isDictionary(map: number): boolean {
    const { words, layout } = this.#heap
    return (words.uint32(map - 1 + layout.mapBits3) & this.#bits.dictionary) !== 0
  }

  /** Whether objects with the map have a property of the name, at whatever place. */
  hasProperty(map: number, name: string): boolean {
    const keys = this.#keysOf(this.#descriptorsOf(map))
    const count = Math.min(this.#countOf(map), keys.length)
    for (let index = 0; index < count; index++) {
      if (this.#strings.nameOf(keys[index] as number) === name) return !this.isDictionary(map)
    }
    return false
  }

  /** The properties that the map describes; none for a map of objects with hash tables. */
  ofMap(map: number): readonly Property[] {
    let properties = this.#ofMap.get(map)
    if (properties === undefined) {
      properties = this.isDictionary(map) ? [] : this.#readDescriptors(map)
      this.#ofMap.set(map, properties)
    }
    return properties
  }

  /** Where in the objects themselves the properties stand that the map describes. */
  offsetsOf(map: number): ReadonlySet<number> {
    let offsets = this.#offsetsOfMap.get(map)
    if (offsets === undefined) {
      offsets = new Set(this.ofMap(map).flatMap(({ isInObject, offset }) => (isInObject ? [offset] : [])))
      this.#offsetsOfMap.set(map, offsets)
    }
    return offsets
  }

  /** The one that the map describes under a name. */
  namedOf(map: number, name: string): Property | undefined {
    let named = this.#namedOfMap.get(map)
    if (named === undefined) {
      // Of two with one name, as symbols and strings may have, the first.
      named = new Map([...this.ofMap(map)].reverse().map((property) => [property.name, property]))
      this.#namedOfMap.set(map, named)
    }
    return named.get(name)
  }

  /** The value's word in an object with that map. */
  valueIn(object: number, { isInObject, offset }: Property): number {
    const { words } = this.#heap
    return isInObject ? words.word(object - 1 + offset) : words.word(words.word(object + 7) - 1 + offset)
  }

  /** The word of a property of the object itself; `NaN` where it has none of the name. */
  valueOf(object: number, name: string): number {
    const map = this.#heap.words.word(object - 1)
    const property = this.namedOf(map, name)
    if (property !== undefined) return this.valueIn(object, property)
    if (!this.isDictionary(map)) return Number.NaN
    for (const entry of this.entriesOf(this.#heap.words.word(object + 7))) if (entry.name === name) return entry.value
    return Number.NaN
  }

  /** Whether a property of an object is `true`: V8's object of it has that text (V8 11.3 to 14.6). */
  isTrue(object: number, name: string): boolean {
    const word = this.valueOf(object, name)
    let isOne = this.#areTrue.get(word)
    if (isOne === undefined) {
      const { layout, classes, words } = this.#heap
      isOne =
        isPointer(word) &&
        layout.nameOfType(classes.typeOf(word)).startsWith('ODDBALL') &&
        this.#strings.textOf(words.word(word - 1 + ODDBALL_TEXT)) === 'true'
      this.#areTrue.set(word, isOne)
    }
    return isOne
  }

  /** A number that an object has as a property; `NaN` for what is none. */
  numberOf(object: number, name: string): number {
    return this.numberIn(this.valueOf(object, name))
  }

  numberIn(word: number): number {
    const small = smallInteger(word)
    if (small !== null) return small
    if (!isPointer(word) || this.#heap.layout.nameOfType(this.#heap.classes.typeOf(word)) !== 'HEAP_NUMBER') {
      return Number.NaN
    }
    return this.#heap.words.double(word + 7)
  }

  /** The entries of a hash table of names or numbers: three words each, behind a head whose length differs. */
  *entriesOf(table: number): Generator<Entry> {
    const { words } = this.#heap
    const length = smallInteger(words.word(table + 7)) ?? 0
    const capacity = smallInteger(words.word(table - 1 + ARRAY_HEADER + 16)) ?? 0
    const head = length - capacity * ENTRY_WORDS
    if (length <= 0 || length > MOST_LENGTH || capacity <= 0 || head < 3) return
    for (let entry = 0; entry < capacity; entry++) {
      const offset = ARRAY_HEADER + (head + entry * ENTRY_WORDS) * 8
      const key = words.word(table - 1 + offset)
      const number = this.numberIn(key)
      const name = Number.isNaN(number) ? this.#strings.nameOf(key) : String(number)
      if (name !== null) yield { name, value: words.word(table - 1 + offset + 8), offset: offset + 8 }
    }
  }

  /** The function that objects with this map were made by; 0 where there is none. */
  constructorOf(map: number): number {
    const known = this.#constructors.get(map)
    if (known !== undefined) return known
    const { words, layout, classes } = this.#heap
    let at = map
    for (let count = 0; count < MOST_BACK_POINTERS && classes.isMap(at); count++) {
      at = words.word(at - 1 + layout.mapConstructor)
    }
    const found = classes.typeOf(at) === -1 || classes.isMap(at) ? 0 : at
    this.#constructors.set(map, found)
    return found
  }

  #countOf(map: number): number {
    const { words, layout } = this.#heap
    return (words.uint32(map - 1 + layout.mapBits3) & this.#bits.countMask) >>> this.#bits.countShift
  }

  #descriptorsOf(map: number): number {
    return this.#heap.words.word(map - 1 + this.#heap.layout.mapDescriptors)
  }

  #keysOf(descriptors: number): readonly number[] {
    let keys = this.#keys.get(descriptors)
    if (keys === undefined) {
      const { words, layout, classes } = this.#heap
      const isArray = /DESCRIPTOR_ARRAY/.test(layout.nameOfType(classes.typeOf(descriptors)))
      const count = isArray ? words.uint16(descriptors + 7) : 0
      keys = Array.from({ length: count }, (_, i) => words.word(descriptors - 1 + layout.descriptorsHeader + i * 24))
      this.#keys.set(descriptors, keys)
    }
    return keys
  }

  #readDescriptors(map: number): Property[] {
    const { words, layout } = this.#heap
    const bits = this.#bits
    const descriptors = this.#descriptorsOf(map)
    const keys = this.#keysOf(descriptors)
    const inObjectStart = words.byte(map - 1 + layout.mapInobjectStart)
    const inObjectCount = words.byte(map - 1 + layout.mapSizeInWords) - inObjectStart
    const found: Property[] = []
    for (const [index, key] of keys.slice(0, this.#countOf(map)).entries()) {
      const details = smallInteger(words.word(descriptors - 1 + layout.descriptorsHeader + index * 24 + 8)) ?? 0
      // What all objects with the map share: a method, an accessor.
      if ((details & bits.locationMask) === bits.isDescriptor) continue
      const name = this.#strings.nameOf(key)
      if (name === null) continue
      const place = (details & bits.indexMask) >>> bits.indexShift
      const isInObject = place < inObjectCount
      const offset = isInObject ? (inObjectStart + place) * 8 : ARRAY_HEADER + (place - inObjectCount) * 8
      found.push({ name, isInObject, offset, isDouble: (details & bits.representationMask) === bits.isDouble })
    }
    return found
  }
}
