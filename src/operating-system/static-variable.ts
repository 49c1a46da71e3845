import { readFileSync } from 'node:fs'
import { ElfFile } from '../memory/elf.js'
import { keptReading } from './kept-reading.js'

/** libuv's listeners of signals, and its loop for the main thread. */
export const MAIN_LOOP = 'default_loop_struct'
/** How many threads its thread pool has, once it has begun, and how many of them have nothing to do. */
export const POOL_THREADS = 'nthreads'
export const IDLE_POOL_THREADS = 'idle_threads'
const VARIABLES = ['uv__signal_tree', MAIN_LOOP, POOL_THREADS, IDLE_POOL_THREADS] as const
export type StaticVariable = (typeof VARIABLES)[number]
export type StaticAddresses = ReadonlyMap<string, number>

/** By process: reading a symbol table takes a tenth of a second. */
const known = new Map<number, StaticAddresses>()

/**
 * The address of a static variable of C in a process, by the symbol table of its executable; null if that does not name it. Official
 * builds name it (Node 20 to 26).
 */
export function addressOfStatic(pid: number, variable: StaticVariable): number | null {
  return addressesOfStatics(pid).get(variable) ?? null
}

/** The same of all such variables. */
export function addressesOfStatics(pid: number): StaticAddresses {
  let addresses = known.get(pid)
  if (addresses === undefined) {
    addresses = addressesIn(`/proc/${pid}/exe`, () => baseOf(pid))
    known.set(pid, addresses)
  }
  return addresses
}

/** The addresses of the variables that an executable names. @param baseOf where it is loaded, if that differs from run to run. */
export function addressesIn(executable: string, baseOf: () => number): StaticAddresses {
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
  const found = new Map<string, Set<number>>()
  for (const { name, address } of file.symbols('all', ...VARIABLES)) {
    // With link-time optimization the compiler adds a number.
    const variable = name.replace(SUFFIX, '')
    found.set(variable, (found.get(variable) ?? new Set()).add(address))
  }
  // Of several with one name it is not known which is libuv's.
  const offsets = [...found].flatMap(([name, [address, ...others]]) =>
    address === undefined || others.length > 0 ? [] : ([[name, address]] as const),
  )
  return { isRelative: file.isPositionIndependent, offsets }
}

const SUFFIX = /(\.\d+|\.lto_priv\.\d+)+$/

function baseOf(pid: number): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/maps`, 'latin1').split('-')[0] ?? '', 16)
}
