import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { CoreMemory } from '../memory/core-file.js'
import { exportsEngine } from '../memory/engine-symbols.js'
import { MemoryError } from '../memory/process-memory.js'
import { NO_DESCRIPTORS } from '../operating-system/descriptors.js'
import { addressesIn } from '../operating-system/static-variable.js'
import type { ProcessCapture } from './attach.js'
import { keptEngine } from './engine-of-process.js'
import { readThreads } from './memory-capture.js'
import { Refusal } from './refusal.js'
import { joinParts } from './thread-parts.js'

export interface CoreOptions {
  readonly threads: boolean
  /** Null for the one that the file names. */
  readonly executable: string | null
}

/**
 * What a process waited for when its core file was written: by the kernel, `gcore` or `process.abort()`.
 *
 * @throws {Refusal} if the file is not whole, or the executable is not that of the process.
 */
export function captureCore(file: string, { threads, executable }: CoreOptions): ProcessCapture {
  try {
    const memory = new CoreMemory(file)
    try {
      const writer = executable ?? executableOf(memory)
      const symbols = keptEngine(writer)
      const statics = addressesIn(writer, () => baseOf(memory, writer))
      const mapping = memory.mappings.find(
        ({ start, end }) => memory.stackPointer >= start && memory.stackPointer < end,
      )
      const stack = mapping ?? { start: 0, end: 0 }
      const wanted = { symbols, stack, wantsWorkers: threads, descriptors: NO_DESCRIPTORS, nowMs: Number.NaN, statics }
      const { parts, unreadThreads, keptAlive, poolThreads } = readThreads(memory, wanted)
      const command = memory.command === '' ? basename(file) : memory.command
      const about = {
        pid: memory.pid,
        command,
        cwd: '',
        nodeVersion: null,
        isRecorded: false,
        keptAlive: keptAlive ?? [],
        unaskedThreads: unreadThreads,
      }
      return { ...about, ...joinParts(memory.pid, Math.round(statSync(file).mtimeMs), parts, poolThreads) }
    } finally {
      memory.close()
    }
  } catch (error) {
    if (!(error instanceof MemoryError)) throw error
    throw new Refusal('not-snapshot', `${file} cannot be read as a heap: ${error.message}`)
  }
}

function executableOf({ mappings }: CoreMemory): string {
  const paths = [...new Set(mappings.map(({ path }) => path))].filter((path) => path.startsWith('/'))
  const found = paths.find(exportsEngine)
  if (found !== undefined) return found
  const [first] = paths
  const named = first === undefined ? 'the executable' : first
  throw new MemoryError(`${named} that wrote it is not here; name the same build with --exe FILE`)
}

/** Infinite for an executable of another name: its variables are not found then. */
function baseOf({ mappings }: CoreMemory, executable: string): number {
  return Math.min(
    ...mappings.filter(({ path }) => path === executable).map(({ start }) => start),
    Number.POSITIVE_INFINITY,
  )
}
