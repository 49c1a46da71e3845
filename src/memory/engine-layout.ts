import type { EngineSymbols } from './engine-symbols.js'
import { MemoryError } from './process-memory.js'

/** The instance types that the reader knows by name; others are known by their numbers. */
const NEEDED_TYPES = [
  'MAP',
  'JS_FUNCTION',
  'JS_PROMISE',
  'JS_ASYNC_FUNCTION_OBJECT',
  'JS_ASYNC_GENERATOR_OBJECT',
  'PROMISE_REACTION',
  'PROMISE_CAPABILITY',
  'ASYNC_GENERATOR_REQUEST',
  'SHARED_FUNCTION_INFO',
  'SCRIPT',
  'SCOPE_INFO',
  'BYTECODE_ARRAY',
  'FIXED_ARRAY',
  'PROPERTY_ARRAY',
  'JS_PROXY',
  'JS_BOUND_FUNCTION',
  'JS_MAP',
  'JS_SET',
  'JS_GLOBAL_OBJECT',
  'PROPERTY_CELL',
  'BYTE_ARRAY',
] as const
type NeededType = (typeof NEEDED_TYPES)[number]

/** Where V8 keeps what, in one version of it: read from the executable, as V8 writes it there for debuggers. */
export class EngineLayout {
  /** Instance types by their names, as `JS_PROMISE`. */
  readonly types: Readonly<Record<NeededType, number>>
  readonly mapInstanceType: number
  readonly mapSizeInWords: number
  readonly mapInobjectStart: number
  readonly mapBits2: number
  readonly mapBits3: number
  readonly mapPrototype: number
  readonly mapConstructor: number
  readonly mapDescriptors: number
  readonly descriptorsHeader: number
  readonly functionShared: number
  readonly functionContext: number
  readonly functionPrototype: number
  readonly sharedName: number
  readonly sharedScript: number
  readonly scriptSource: number
  readonly scriptName: number
  readonly bytecodeStart: number
  readonly scopeFirstVariable: number
  readonly scopeVariableCount: number
  readonly firstContextType: number
  readonly lastContextType: number
  readonly firstNonStringType: number
  readonly strings: {
    readonly representation: number
    readonly encoding: number
    readonly oneByte: number
    readonly sequential: number
    readonly cons: number
    readonly external: number
    readonly sliced: number
    readonly thin: number
  }
  readonly #constants: ReadonlyMap<string, number>
  readonly #names = new Map<number, string>()

  /** @throws {MemoryError} if V8 does not say where something is that the reader needs. */
  constructor({ constants }: EngineSymbols) {
    this.#constants = constants
    const numbers = new Map<string, number>()
    for (const [key, value] of constants) {
      const name = /^type_\w+?__(\w+)_TYPE$/.exec(key)?.[1]
      if (name === undefined) continue
      this.#names.set(value, name)
      numbers.set(name, value)
    }
    this.types = Object.fromEntries(
      NEEDED_TYPES.map((name) => [name, required(numbers.get(name), `the type ${name}`)]),
    ) as Record<NeededType, number>
    this.mapInstanceType = this.#find(/^class_Map__instance_type__/)
    this.mapSizeInWords = this.#find(/^class_Map__instance_size_in_words__/)
    this.mapInobjectStart = this.#find(/^class_Map__inobject_properties_start/)
    this.mapBits2 = this.#find(/^class_Map__bit_field2__/)
    this.mapBits3 = this.#find(/^class_Map__bit_field3__/)
    this.mapPrototype = this.#find(/^class_Map__prototype__/)
    this.mapConstructor = this.#find(/^class_Map__constructor_or_back_pointer__/)
    this.mapDescriptors = this.#find(/^class_Map__instance_descriptors_offset/)
    this.descriptorsHeader = this.#find(/^class_DescriptorArray__header_size__/)
    this.functionShared = this.#find(/^class_JSFunction__shared__/)
    this.functionContext = this.#find(/^class_JSFunction__context__/)
    this.functionPrototype = this.#find(/^class_JSFunction__prototype_or_initial_map__/)
    this.sharedName = this.#find(/^class_SharedFunctionInfo__name_or_scope_info__/)
    this.sharedScript = this.#find(/^class_SharedFunctionInfo__(?:raw_script|script_or_debug_info|script)__/)
    this.scriptSource = this.#find(/^class_Script__source__/)
    this.scriptName = this.#find(/^class_Script__name__/)
    this.bytecodeStart = this.#find(/^class_BytecodeArray__data__/)
    this.scopeFirstVariable = this.#find(/^scopeinfo_idx_first_vars$/)
    this.scopeVariableCount = this.#find(/^scopeinfo_idx_ncontextlocals$/)
    this.firstContextType = this.#find(/^FirstContextType$/)
    this.lastContextType = this.#find(/^LastContextType$/)
    this.firstNonStringType = this.#find(/^FirstNonstringType$/)
    this.strings = {
      representation: this.#find(/^StringRepresentationMask$/),
      encoding: this.#find(/^StringEncodingMask$/),
      oneByte: this.#find(/^OneByteStringTag$/),
      sequential: this.#find(/^SeqStringTag$/),
      cons: this.#find(/^ConsStringTag$/),
      external: this.#find(/^ExternalStringTag$/),
      sliced: this.#find(/^SlicedStringTag$/),
      thin: this.#find(/^ThinStringTag$/),
    }
  }

  /** V8's name of an instance type; empty for one that it does not export. */
  nameOfType(type: number): string {
    if (type >= this.firstContextType && type <= this.lastContextType && !this.#names.has(type)) return 'CONTEXT'
    return this.#names.get(type) ?? ''
  }

  /** Behind the types of arrays of pointers (V8 11.3 to 14.6). */
  get arraysEnd(): number {
    return this.types.BYTE_ARRAY
  }

  isContext(type: number): boolean {
    return type >= this.firstContextType && type <= this.lastContextType
  }

  isString(type: number): boolean {
    return type >= 0 && type < this.firstNonStringType
  }

  /** A number that V8 exports by its whole name. */
  constant(name: string): number {
    return required(this.#constants.get(name), name)
  }

  /** The numbers whose names match. */
  numbersOf(pattern: RegExp): number[] {
    return [...this.#constants].filter(([name]) => pattern.test(name)).map(([, value]) => value)
  }

  /** Objects that JavaScript can have, functions and proxies among them. */
  isObject(type: number): boolean {
    return type >= this.types.JS_PROXY
  }

  #find(pattern: RegExp): number {
    for (const [name, value] of this.#constants) if (pattern.test(name)) return value
    throw new MemoryError(`its V8 does not say ${pattern.source}`)
  }
}

function required(value: number | undefined, what: string): number {
  if (value === undefined) throw new MemoryError(`its V8 does not say ${what}`)
  return value
}
