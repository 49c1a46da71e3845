import fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as paths from 'node:path'
import { imul, lengthOfBytes, random } from '../engine/primordials.js'
import { now } from '../engine/real-clock.js'
import { countFault } from '../record/faults.js'

const { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } = fs
const { join } = paths

/**
 * Where two processes leave the paths of their messages for each other: a file without a name, which both have open. A
 * path is written before its message is sent, so it is there when the message arrives. The channel itself, with what the
 * program can see of it (its order, its queue, its internal messages), carries nothing of ours.
 *
 * Each direction has a header, slots and a ring of bytes. The reader writes into the header how far it has read: while it
 * keeps up, the ring starts anew again and again and stays small.
 */
const SLOTS = 16_384
/** A message's number, where its bytes begin, how many there are, and their checksum. */
const SLOT_BYTES = 16
const HEADER_BYTES = 64
const RING_BYTES = 4_194_304
const DIRECTION_BYTES = HEADER_BYTES + SLOTS * SLOT_BYTES + RING_BYTES
const RESTART_BYTES = 65_536

export interface PathFile {
  /** How the other process tells that it has the same file open. */
  readonly identity: string
  /** @returns false if there is no room. */
  write(number: number, text: string): boolean
  read(number: number): string | null
  close(): void
}

/** In the process that makes the other. @returns null if there is no place for a file. */
export function createPathFile(): { readonly file: PathFile; readonly fd: number } | null {
  const folders = process.platform === 'linux' ? ['/dev/shm', tmpdir()] : [tmpdir()]
  const name = `async-trace-${process.pid}-${now()}-${random()}`
  for (let i = 0; i < folders.length; i++) {
    const path = join(folders[i] as string, name)
    try {
      const fd = openSync(path, 'wx+', 0o600)
      try {
        unlinkSync(path)
      } catch (error) {
        closeSync(fd)
        throw error
      }
      return { file: new SharedFile(fd, 0, 1), fd }
    } catch {
      // A folder that cannot be written to.
    }
  }
  return null
}

/** In the process that was made. @param fd was inherited. @returns null if it is another file. */
export function inheritedPathFile(fd: number, identity: string): PathFile | null {
  try {
    return identityOf(fd) === identity ? new SharedFile(fd, 1, 0) : null
  } catch {
    return null
  }
}

class SharedFile implements PathFile {
  readonly identity: string
  readonly #fd: number
  readonly #out: number
  readonly #in: number
  readonly #slot = Buffer.alloc(SLOT_BYTES)
  readonly #header = Buffer.alloc(4)
  #at = 0
  #isOpen = true

  constructor(fd: number, out: number, into: number) {
    this.#fd = fd
    this.identity = identityOf(fd)
    this.#out = out * DIRECTION_BYTES
    this.#in = into * DIRECTION_BYTES
  }

  write(number: number, text: string): boolean {
    if (!this.#isOurs()) return false
    const bytes = Buffer.from(text)
    const length = lengthOfBytes(bytes)
    if (length > RING_BYTES / 4) return false
    if (this.#at > RESTART_BYTES && this.#allIsRead(number)) this.#at = 0
    if (this.#at + length > RING_BYTES) this.#at = 0
    writeSync(this.#fd, bytes, 0, length, ringOf(this.#out) + this.#at)
    const slot = this.#slot
    slot.writeUInt32LE(number, 0)
    slot.writeUInt32LE(this.#at, 4)
    slot.writeUInt32LE(length, 8)
    slot.writeUInt32LE(checksum(bytes), 12)
    writeSync(this.#fd, slot, 0, SLOT_BYTES, slotOf(this.#out, number))
    this.#at += length
    return true
  }

  read(number: number): string | null {
    if (!this.#isOurs()) return null
    const slot = this.#slot
    if (readSync(this.#fd, slot, 0, SLOT_BYTES, slotOf(this.#in, number)) < SLOT_BYTES) return null
    this.#header.writeUInt32LE(number + 1, 0)
    writeSync(this.#fd, this.#header, 0, 4, this.#in)
    const at = slot.readUInt32LE(4)
    const length = slot.readUInt32LE(8)
    if (slot.readUInt32LE(0) !== number || length > RING_BYTES / 4 || at + length > RING_BYTES) return null
    const bytes = Buffer.alloc(length)
    if (readSync(this.#fd, bytes, 0, length, ringOf(this.#in) + at) < length) return null
    // A writer that is far ahead has written other bytes here.
    return checksum(bytes) === slot.readUInt32LE(12) ? bytes.toString() : null
  }

  close(): void {
    if (!this.#isOurs()) return
    this.#isOpen = false
    closeSync(this.#fd)
  }

  #allIsRead(number: number): boolean {
    const count = readSync(this.#fd, this.#header, 0, 4, this.#out)
    return count === 4 && this.#header.readUInt32LE(0) === number
  }

  /** A program that closes all files it does not know may have got its own under this number. */
  #isOurs(): boolean {
    if (!this.#isOpen) return false
    try {
      this.#isOpen = identityOf(this.#fd) === this.identity
    } catch (error) {
      this.#isOpen = false
      countFault(error)
    }
    return this.#isOpen
  }
}

function identityOf(fd: number): string {
  const { dev, ino } = fstatSync(fd)
  return `${dev}:${ino}`
}

function slotOf(direction: number, number: number): number {
  return direction + HEADER_BYTES + (number % SLOTS) * SLOT_BYTES
}

function ringOf(direction: number): number {
  return direction + HEADER_BYTES + SLOTS * SLOT_BYTES
}

function checksum(bytes: Buffer): number {
  let hash = 0x811c9dc5
  const length = lengthOfBytes(bytes)
  for (let i = 0; i < length; i++) hash = imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash >>> 0
}
