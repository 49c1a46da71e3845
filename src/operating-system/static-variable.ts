import { readFileSync } from 'node:fs'
import { ElfFile } from '../memory/elf.js'
import { keptReading } from './kept-reading.js'

/** libuv's listeners of signals, and its loop for the main thread. */
export const MAIN_LOOP = 'default_loop_struct'
const VARIABLES = ['uv__signal_tree', MAIN_LOOP] as const
export type StaticVariable = (typeof VARIABLES)[number]

/** By process: reading a symbol table takes a tenth of a second. */
const known = new Map<number, ReadonlyMap<string, number>>()

/**
 * The address of a static variable of C in a process, by the symbol table of its executable; null if that does not name it. Official
 * builds name it (Node 20 to 26).
 */
export function addressOfStatic(pid: number, variable: StaticVariable): number | null {
  let addresses = known.get(pid)
  if (addresses === undefined) {
    addresses = readAddresses(pid)
    known.set(pid, addresses)
  }
  return addresses.get(variable) ?? null
}

function readAddresses(pid: number): ReadonlyMap<string, number> {
  return addressesIn(`/proc/${pid}/exe`, () => baseOf(pid))
}

/** The addresses of the variables that an executable names. @param baseOf where it is loaded, if that differs from run to run. */
export function addressesIn(executable: string, baseOf: () => number): ReadonlyMap<string, number> {
  const { isRelative, offsets } = keptReading(executable, 'variables', () => ElfFile.use(executable, readOffsets))
  const base = isRelative ? baseOf() : 0
  return new Map(offsets.map(([name, offset]) => [name, offset + base]))
}

interface Offsets {
  /** To where the executable is loaded. */
  readonly isRelative: boolean
  readonly offsets: readonly (readonly [string, number])[]
}

function readOffsets(file: ElfFile): Offsets {
  const found = new Map<string, number>()
  for (const { name, address } of file.symbols('all', ...VARIABLES)) {
    // With link-time optimization the compiler adds a number.
    const variable = name.replace(SUFFIX, '')
    if (!found.has(variable)) found.set(variable, address)
  }
  return { isRelative: file.isPositionIndependent, offsets: [...found] }
}

const SUFFIX = /(\.\d+|\.lto_priv\.\d+)+$/

function baseOf(pid: number): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/maps`, 'latin1').split('-')[0] ?? '', 16)
}
