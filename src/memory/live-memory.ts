import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import type { Mapping, ProcessMemory } from './process-memory.js'
import type { Stillness } from './quiet-read.js'

/** The memory of a running process. Reading needs the right to trace it, and changes nothing. Source: proc_pid_mem(5). */
export class LiveMemory implements ProcessMemory {
  readonly mappings: readonly Mapping[]
  readonly stackPointers: readonly number[]
  readonly #descriptor: number
  readonly #still: Stillness | null

  /**
   * @param still asked whether what is read still counts.
   * @throws {NodeJS.ErrnoException} if the kernel does not allow it, or the process has ended.
   */
  constructor(pid: number | 'self', still: Stillness | null = null) {
    this.#still = still
    this.#descriptor = openSync(`/proc/${pid}/mem`, 'r')
    try {
      this.mappings = mappingsOf(pid)
      this.stackPointers = threadsOf(pid).flatMap((thread) => stackPointerOf(pid, thread))
    } catch (error) {
      this.close()
      throw error
    }
  }

  readInto(target: Uint8Array, length: number, address: number): number {
    this.#still?.check()
    try {
      return readSync(this.#descriptor, target, 0, length, address)
    } catch {
      return 0
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

function threadsOf(pid: number | 'self'): string[] {
  return readdirSync(`/proc/${pid}/task`)
}

/** None of a thread that runs. Source: proc_pid_syscall(5), whose last value but one it is. */
function stackPointerOf(pid: number | 'self', thread: string): number[] {
  try {
    const values = readFileSync(`/proc/${pid}/task/${thread}/syscall`, 'latin1').trim().split(' ')
    return values.length < 3 ? [] : [Number(values.at(-2))]
  } catch {
    // It has ended.
    return []
  }
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (.)(.)\S+ \S+ \S+ (\d+)\s*(.*)$/

/** Source: proc_pid_maps(5). */
function mappingsOf(pid: number | 'self'): Mapping[] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, start = '', end = '', readable, writable, inode, path = ''] = LINE.exec(line) ?? []
      if (inode === undefined) return []
      const isNamedAnonymous = inode === '0' && path.startsWith('[anon')
      return {
        start: Number.parseInt(start, 16),
        end: Number.parseInt(end, 16),
        isReadable: readable === 'r',
        isWritable: writable === 'w',
        path: isNamedAnonymous ? '' : path,
      }
    })
}
