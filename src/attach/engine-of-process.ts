import { type EngineSymbols, engineSymbols, exportsEngine } from '../memory/engine-symbols.js'
import { MemoryError } from '../memory/process-memory.js'
import { mappedLibraries } from '../operating-system/node-executable.js'

/** What the file with V8 in it says of V8, by a path that holds in a mount namespace of its own as well. */
export function engineOf(pid: number | 'self'): EngineSymbols {
  try {
    return engineSymbols(`/proc/${pid}/exe`)
  } catch (error) {
    const library = mappedLibraries(pid).find(exportsEngine)
    if (!(error instanceof MemoryError) || library === undefined) throw error
    return engineSymbols(library)
  }
}
