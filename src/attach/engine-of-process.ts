import { type EngineSymbols, engineSymbols, exportsEngine } from '../memory/engine-symbols.js'
import { MemoryError } from '../memory/process-memory.js'
import { keptReading } from '../operating-system/kept-reading.js'
import { mappedLibraries } from '../operating-system/node-executable.js'

/** What the file with V8 in it says of V8, by a path that holds in a mount namespace of its own as well. */
export function engineOf(pid: number | 'self'): EngineSymbols {
  return engineIn(pid, engineSymbols)
}

/** The same for a command, which keeps what it reads for the next one. */
export function keptEngineOf(pid: number): EngineSymbols {
  return engineIn(pid, keptEngine)
}

/** For a command: what it reads of an executable is kept for the next one. @throws {MemoryError} as `engineSymbols`. */
export function keptEngine(path: string): EngineSymbols {
  const kept = keptReading(path, 'engine', () => {
    const { constants, builtins } = engineSymbols(path)
    return { constants: [...constants], builtins }
  })
  return { constants: new Map(kept.constants), builtins: kept.builtins }
}

function engineIn(pid: number | 'self', symbolsIn: (path: string) => EngineSymbols): EngineSymbols {
  try {
    return symbolsIn(`/proc/${pid}/exe`)
  } catch (error) {
    const library = mappedLibraries(pid).find(exportsEngine)
    if (!(error instanceof MemoryError) || library === undefined) throw error
    return symbolsIn(library)
  }
}
