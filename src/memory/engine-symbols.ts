import { ElfFile, identityOf } from './elf.js'
import { MemoryError } from './process-memory.js'

/** What an executable says of the V8 in it. */
export interface EngineSymbols {
  /** The constants that V8 exports for debuggers, without `v8dbg_`: offsets, masks, instance types. */
  readonly constants: ReadonlyMap<string, number>
  /** The names of V8's own functions, by their numbers. */
  readonly builtins: readonly string[]
}

const PREFIX = 'v8dbg_'
const BUILTIN = 'Builtins_'
const BLOB = 'v8_Default_embedded_blob_'
/** The table of V8's own functions: where it begins, and how long an entry is (V8 11.3; 12.4 to 14.6). */
const TABLE_START = 24
const ENTRY_SIZES = [12, 32]
const TABLE_BYTES = 131_072
/** Less is no table of V8's. */
const FEWEST_BUILTINS = 1_000

const known = new Map<string, EngineSymbols>()

/** @throws {MemoryError} if the file has no V8 with its symbols. */
export function engineSymbols(path: string): EngineSymbols {
  const key = identityOf(path)
  let symbols = known.get(key)
  if (symbols === undefined) {
    symbols = ElfFile.use(path, readSymbols)
    known.set(key, symbols)
  }
  return symbols
}

/** Whether a file has a V8 that exports what debuggers need. */
export function exportsEngine(path: string): boolean {
  try {
    return ElfFile.use(path, (file) => file.hasName('dynamic', `${PREFIX}class_Map__`))
  } catch {
    return false
  }
}

function readSymbols(file: ElfFile): EngineSymbols {
  const constants = new Map<string, number>()
  for (const { name, address } of file.symbols('dynamic', PREFIX)) {
    constants.set(name.slice(PREFIX.length), file.readAddress(address, 4).readInt32LE(0))
  }
  if (constants.size === 0) throw new MemoryError('its executable exports no constants of V8 for debuggers (v8dbg_*)')
  return { constants, builtins: readBuiltins(file) }
}

function readBuiltins(file: ElfFile): readonly string[] {
  const names = new Map<number, string>()
  const blob = new Map<string, number>()
  for (const { name, address } of file.symbols('all', BUILTIN, BLOB)) {
    if (name.startsWith(BLOB)) blob.set(name.slice(BLOB.length), address)
    else names.set(address, name.slice(BUILTIN.length))
  }
  const code = blob.get('code_')
  const data = blob.get('data_')
  if (names.size === 0 || code === undefined || data === undefined) {
    throw new MemoryError('its executable is stripped of the names of V8’s own functions')
  }
  const table = file.readAddress(data, TABLE_BYTES)
  for (const size of ENTRY_SIZES) {
    const builtins: string[] = []
    for (let at = TABLE_START; at + 4 <= table.length; at += size) {
      const name = names.get(code + table.readUInt32LE(at))
      if (name === undefined) break
      builtins.push(name)
    }
    if (builtins.length >= FEWEST_BUILTINS) return builtins
  }
  throw new MemoryError('the table of V8’s own functions is not where it was in the versions that are known')
}
