/** A range of addresses that a process has mapped. */
export interface Mapping {
  readonly start: number
  readonly end: number
  readonly isReadable: boolean
  readonly isWritable: boolean
  /** The file that is mapped; empty for anonymous memory. The kernel's names are in brackets: `[stack]`. */
  readonly path: string
}

/** Memory that was read, by half words and by bytes. It begins and ends with a page. */
export interface HeldWords {
  readonly start: number
  readonly words: Uint32Array
  readonly bytes: Buffer
}

/** The memory of a process, running or dead. Addresses fit in a number: user space ends below 2^48. */
export interface ProcessMemory {
  readonly mappings: readonly Mapping[]
  /** Where the stacks of the threads end, as far as that is known; a stack begins at a higher address. */
  readonly stackPointers: readonly number[]
  /** @returns how many bytes were read; fewer than wanted at the end of what is mapped, 0 where nothing is. */
  readInto(target: Uint8Array, length: number, address: number): number
  /** A piece of memory with an address in it, where it is held already and need not be read. */
  held?(address: number): HeldWords | null
  /** After this what is read may differ from what was read before: the process may have gone on. */
  close(): void
}

/** Why the memory of a process is not read as an object graph. The message names the check that failed. */
export class MemoryError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MemoryError'
  }
}
