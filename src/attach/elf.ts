import { closeSync, openSync, readSync } from 'node:fs'

/** A symbol of an ELF file. */
export interface ElfSymbol {
  readonly name: string
  /** Its address; relative to where the file is mapped if that is position-independent. */
  readonly address: number
}

/** `dynamic`: what the file exports, there in stripped files too. `all`: the linker's table, which `strip` removes. */
export type SymbolTable = 'dynamic' | 'all'

const SECTION_TYPES: Readonly<Record<SymbolTable, number>> = { all: 2, dynamic: 11 }
const POSITION_INDEPENDENT = 3
const SYMBOL_SIZE = 24

interface Section {
  readonly type: number
  readonly offset: number
  readonly size: number
  /** Of a symbol table: the number of the section with its names. */
  readonly link: number
}

/** An executable or a library of 64-bit Linux, read as far as it is asked. Source: elf(5). */
export class ElfFile {
  /** True if the addresses of its symbols are relative to where it is mapped. */
  readonly isPositionIndependent: boolean
  readonly #descriptor: number
  readonly #sections: readonly Section[]

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
    const head = readAt(descriptor, 0, 64)
    const is64BitLittleEndian = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1
    if (!is64BitLittleEndian) throw new Error('not a 64-bit little-endian ELF file')
    this.isPositionIndependent = head.readUInt16LE(16) === POSITION_INDEPENDENT
    const size = head.readUInt16LE(58)
    const headers = readAt(descriptor, Number(head.readBigUInt64LE(40)), size * head.readUInt16LE(60))
    const sections: Section[] = []
    for (let at = 0; at + 64 <= headers.length; at += size) {
      sections.push({
        type: headers.readUInt32LE(at + 4),
        offset: Number(headers.readBigUInt64LE(at + 24)),
        size: Number(headers.readBigUInt64LE(at + 32)),
        link: headers.readUInt32LE(at + 40),
      })
    }
    this.#sections = sections
  }

  /** Opens a file for one use. @throws {Error} if it cannot be read, or is no such file. */
  static use<T>(path: string, use: (file: ElfFile) => T): T {
    const descriptor = openSync(path, 'r')
    try {
      return use(new ElfFile(descriptor))
    } finally {
      closeSync(descriptor)
    }
  }

  /** Whether one of the table's names begins so. */
  hasName(table: SymbolTable, prefix: string): boolean {
    return this.#tables(table).some((section) => this.#namesOf(section).includes(`\0${prefix}`, 0, 'latin1'))
  }

  /** The symbols whose names begin so. */
  *symbols(table: SymbolTable, prefix: string): Iterable<ElfSymbol> {
    for (const section of this.#tables(table)) {
      const names = this.#namesOf(section)
      if (!names.includes(`\0${prefix}`, 0, 'latin1')) continue
      const entries = this.#read(section)
      const start = Buffer.from(prefix, 'latin1')
      for (let at = 0; at + SYMBOL_SIZE <= entries.length; at += SYMBOL_SIZE) {
        const from = entries.readUInt32LE(at)
        // By the first byte before the rest: a table has hundreds of thousands of names.
        if (names[from] !== start[0] || names.compare(start, 0, start.length, from, from + start.length) !== 0) continue
        yield {
          name: names.toString('latin1', from, names.indexOf(0, from)),
          address: Number(entries.readBigUInt64LE(at + 8)),
        }
      }
    }
  }

  #tables(table: SymbolTable): Section[] {
    return this.#sections.filter(({ type }) => type === SECTION_TYPES[table])
  }

  #namesOf({ link }: Section): Buffer {
    const section = this.#sections[link]
    return section === undefined ? Buffer.alloc(0) : this.#read(section)
  }

  #read({ offset, size }: Section): Buffer {
    return readAt(this.#descriptor, offset, size)
  }
}

/** Part of a file or of a process's memory. @throws {Error} if it ends before. */
export function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length; ) {
    const got = readSync(descriptor, bytes, done, length - done, position + done)
    if (got === 0) throw new Error('cut off')
    done += got
  }
  return bytes
}
