import { closeSync, openSync, readSync, statSync } from 'node:fs'

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

/** A part of the file that is loaded into memory, or, in a core file, was there. */
export interface ElfSegment {
  readonly type: number
  readonly isReadable: boolean
  readonly isWritable: boolean
  readonly isExecutable: boolean
  readonly offset: number
  readonly address: number
  readonly fileSize: number
  readonly memorySize: number
}

const LOADED = 1
const CORE = 4
/** More segments than the header can count: the first section says how many. */
const MANY_SEGMENTS = 0xffff

/** An executable, a library or a core file of 64-bit Linux, read as far as it is asked. Source: elf(5). */
export class ElfFile {
  /** True if the addresses of its symbols are relative to where it is mapped. */
  readonly isPositionIndependent: boolean
  readonly #descriptor: number
  readonly isCore: boolean
  readonly segments: readonly ElfSegment[]
  readonly #sections: readonly Section[]
  /** By offset: a table of names is read for each prefix. */
  readonly #contents = new Map<number, Buffer>()

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
    const head = readAt(descriptor, 0, 64)
    const is64BitLittleEndian = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1
    if (!is64BitLittleEndian) throw new Error('not a 64-bit little-endian ELF file')
    this.isPositionIndependent = head.readUInt16LE(16) === POSITION_INDEPENDENT
    this.isCore = head.readUInt16LE(16) === CORE
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
    this.segments = this.#readSegments(head)
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

  /** The symbols whose names begin with one of some prefixes. */
  *symbols(table: SymbolTable, ...prefixes: readonly string[]): Iterable<ElfSymbol> {
    for (const section of this.#tables(table)) {
      const names = this.#namesOf(section)
      const starts = prefixes
        .filter((prefix) => names.includes(`\0${prefix}`, 0, 'latin1'))
        .map((prefix) => Buffer.from(prefix, 'latin1'))
      if (starts.length === 0) continue
      const entries = this.#read(section)
      for (const at of entriesNamed(entries, names, starts)) {
        const from = entries.readUInt32LE(at)
        yield {
          name: names.toString('latin1', from, names.indexOf(0, from)),
          address: Number(entries.readBigUInt64LE(at + 8)),
        }
      }
    }
  }

  /** Bytes as they stand in memory once the file is loaded. @throws {Error} if the file has none for the address. */
  readAddress(address: number, length: number): Buffer {
    const segment = this.segments.find(
      (each) => each.type === LOADED && address >= each.address && address + length <= each.address + each.memorySize,
    )
    if (segment === undefined) throw new Error('no such address in the file')
    const within = address - segment.address
    // What stands behind the file's part is zero.
    if (within >= segment.fileSize) return Buffer.alloc(length)
    return this.readOffset(segment.offset + within, length)
  }

  readOffset(offset: number, length: number): Buffer {
    return readAt(this.#descriptor, offset, length)
  }

  #readSegments(head: Buffer): ElfSegment[] {
    const size = head.readUInt16LE(54)
    const counted = head.readUInt16LE(56)
    const count = counted === MANY_SEGMENTS ? this.#countOfFirstSection(head) : counted
    const headers = readAt(this.#descriptor, Number(head.readBigUInt64LE(32)), size * count)
    const segments: ElfSegment[] = []
    for (let at = 0; at + 56 <= headers.length; at += size) {
      const flags = headers.readUInt32LE(at + 4)
      segments.push({
        type: headers.readUInt32LE(at),
        isReadable: (flags & 4) !== 0,
        isWritable: (flags & 2) !== 0,
        isExecutable: (flags & 1) !== 0,
        offset: Number(headers.readBigUInt64LE(at + 8)),
        address: Number(headers.readBigUInt64LE(at + 16)),
        fileSize: Number(headers.readBigUInt64LE(at + 32)),
        memorySize: Number(headers.readBigUInt64LE(at + 40)),
      })
    }
    return segments
  }

  #countOfFirstSection(head: Buffer): number {
    return readAt(this.#descriptor, Number(head.readBigUInt64LE(40)) + 44, 4).readUInt32LE(0)
  }

  #tables(table: SymbolTable): Section[] {
    return this.#sections.filter(({ type }) => type === SECTION_TYPES[table])
  }

  #namesOf({ link }: Section): Buffer {
    const section = this.#sections[link]
    return section === undefined ? Buffer.alloc(0) : this.#read(section)
  }

  #read({ offset, size }: Section): Buffer {
    let content = this.#contents.get(offset)
    if (content === undefined) {
      content = readAt(this.#descriptor, offset, size)
      this.#contents.set(offset, content)
    }
    return content
  }
}

const WORDS_OF_SYMBOL = SYMBOL_SIZE / 4

/** A table has hundreds of thousands of entries: read as words, and by the first byte of the name before the rest. */
function entriesNamed(entries: Buffer, names: Buffer, starts: readonly Buffer[]): number[] {
  const words = new Uint32Array(entries.buffer, entries.byteOffset, entries.length >>> 2)
  const isFirst = new Uint8Array(256)
  for (const [first = 0] of starts) isFirst[first] = 1
  const found: number[] = []
  for (let at = 0; at < words.length; at += WORDS_OF_SYMBOL) {
    const from = words[at] as number
    if (isFirst[names[from] as number] !== 1) continue
    if (starts.some((start) => names.compare(start, 0, start.length, from, from + start.length) === 0)) {
      found.push(at * 4)
    }
  }
  return found
}

/** What tells a file as it is from any other, and from itself once it is changed: nobody can set when that was. */
export function identityOf(path: string): string {
  const { dev, ino, ctimeMs, size } = statSync(path)
  return [dev, ino, ctimeMs, size].join(' ')
}

/** Part of a file or of a process's memory. @throws {Error} if it ends before. */
export function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length)
  for (let done = 0; done < length; ) {
    const got = readSync(descriptor, bytes, done, length - done, position + done)
    if (got === 0) throw new Error('cut off')
    done += got
  }
  return bytes
}
