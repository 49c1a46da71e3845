import { closeSync, openSync, readSync } from 'node:fs'
import { ElfFile, type ElfSegment } from './elf.js'
import { type Mapping, MemoryError, type ProcessMemory } from './process-memory.js'

const LOADED = 1
const NOTES = 4
/** Notes of a core file. Source: linux/elf.h */
const PROCESS_INFO = 3
const MAPPED_FILES = 0x46494c45
const THREAD_STATUS = 1
/** In the process info and thread status of 64-bit Linux. */
const ARGUMENTS = 56
const INFO_PID = 24
const STATUS_PID = 32
/** x86-64: the general registers begin at 112, `rsp` is the 20th. arm64: `sp` is the 32nd. */
const STACK_POINTER: Readonly<Record<number, number>> = { 62: 112 + 19 * 8, 183: 112 + 31 * 8 }

interface Note {
  readonly type: number
  readonly content: Buffer
}

/** The memory of a process as it was when its core file was written. */
export class CoreMemory implements ProcessMemory {
  readonly mappings: readonly Mapping[]
  readonly pid: number
  readonly command: string
  /** Where the stack of the main thread ended; 0 where that is not known. */
  readonly stackPointer: number
  readonly stackPointers: readonly number[]
  readonly #descriptor: number
  readonly #segments: readonly ElfSegment[]
  /** The one that was read last: most reads follow each other. */
  #last: ElfSegment | null = null

  /** @throws {MemoryError} if the file is no core file. */
  constructor(path: string) {
    const { segments, notes, machine } = readHead(path)
    this.#segments = segments
    const files = mappedFiles(notes)
    const info = notes.find(({ type }) => type === PROCESS_INFO)?.content
    this.pid = info === undefined || info.length < INFO_PID + 4 ? Number.NaN : info.readInt32LE(INFO_PID)
    this.command =
      info
        ?.toString('utf8', ARGUMENTS, ARGUMENTS + 80)
        .replace(/\0.*$/s, '')
        .trim() ?? ''
    const threads = notes.filter(({ type }) => type === THREAD_STATUS).map(({ content }) => content)
    const main = threads.find((each) => each.length > STATUS_PID + 4 && each.readInt32LE(STATUS_PID) === this.pid)
    this.stackPointer = main === undefined ? 0 : stackPointerOf(main, machine)
    this.stackPointers = threads.map((thread) => stackPointerOf(thread, machine)).filter((pointer) => pointer !== 0)
    this.mappings = segments.map(({ address, memorySize, isReadable, isWritable }) => ({
      start: address,
      end: address + memorySize,
      isReadable,
      isWritable,
      path: files.find(({ start, end }) => address >= start && address < end)?.path ?? '',
    }))
    this.#descriptor = openSync(path, 'r')
  }

  readInto(target: Uint8Array, length: number, address: number): number {
    const segment = this.#segmentAt(address)
    if (segment === null) return 0
    const within = address - segment.address
    const wanted = Math.min(length, segment.fileSize - within)
    return readSync(this.#descriptor, target, 0, wanted, segment.offset + within)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #segmentAt(address: number): ElfSegment | null {
    const has = ({ address: start, fileSize }: ElfSegment) => address >= start && address < start + fileSize
    if (this.#last === null || !has(this.#last)) this.#last = this.#segments.find(has) ?? null
    return this.#last
  }
}

/** Whether a file is a core file, by its first bytes. */
export function isCoreFile(path: string): boolean {
  try {
    return ElfFile.use(path, ({ isCore }) => isCore)
  } catch {
    return false
  }
}

function readHead(path: string): { segments: readonly ElfSegment[]; notes: readonly Note[]; machine: number } {
  return ElfFile.use(path, (file) => {
    if (!file.isCore) throw new MemoryError(`${path} is not a core file`)
    const notes = file.segments
      .filter(({ type }) => type === NOTES)
      .flatMap(({ offset, fileSize }) => [...notesIn(file.readOffset(offset, fileSize))])
    const segments = file.segments.filter(({ type }) => type === LOADED)
    return { segments, notes, machine: file.readOffset(18, 2).readUInt16LE(0) }
  })
}

function* notesIn(bytes: Buffer): Generator<Note> {
  const padded = (size: number) => Math.ceil(size / 4) * 4
  for (let at = 0; at + 12 <= bytes.length; ) {
    const nameSize = bytes.readUInt32LE(at)
    const size = bytes.readUInt32LE(at + 4)
    const start = at + 12 + padded(nameSize)
    yield { type: bytes.readUInt32LE(at + 8), content: bytes.subarray(start, start + size) }
    at = start + padded(size)
  }
}

/** The paths by address: the note has a count, the page size, three words a file, and then the paths. */
function mappedFiles(notes: readonly Note[]): { start: number; end: number; path: string }[] {
  const content = notes.find(({ type }) => type === MAPPED_FILES)?.content
  if (content === undefined || content.length < 16) return []
  const count = Number(content.readBigUInt64LE(0))
  const paths = content.toString('utf8', 16 + 24 * count).split('\0')
  return Array.from({ length: count }, (_, i) => ({
    start: Number(content.readBigUInt64LE(16 + 24 * i)),
    end: Number(content.readBigUInt64LE(24 + 24 * i)),
    path: paths[i] ?? '',
  }))
}

/** 0 where it is not known. */
function stackPointerOf(thread: Buffer, machine: number): number {
  const at = STACK_POINTER[machine]
  return at === undefined || thread.length < at + 8 ? 0 : Number(thread.readBigUInt64LE(at))
}
