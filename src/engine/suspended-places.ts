import { OwnInspector } from './own-inspector.js'
import type { ParsedScript } from './running-script.js'

/** As V8 counts, of the script as it runs. 1-based. */
export interface ScriptPlace {
  readonly line: number
  readonly column: number
  readonly scriptHash: string | null
}

interface Properties {
  readonly internalProperties?: readonly {
    readonly name: string
    readonly value?: {
      readonly value?: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
    }
  }[]
}

/**
 * Where suspended functions of this thread await, by the ids that a heap snapshot gave to their generator objects:
 * what V8's debugger shows of them (Node 20 to 26). It is enabled for this moment, and stops nothing. Each costs a walk
 * through the whole heap: those for which there is no time are left out.
 */
export function suspendedPlaces(heapIds: readonly number[], maxMs: number): ReadonlyMap<number, ScriptPlace> {
  const places = new Map<number, ScriptPlace>()
  if (heapIds.length === 0) return places
  const untilMs = performance.now() + maxMs
  const inspector = new OwnInspector()
  const hashes = new Map<string, string>()
  try {
    inspector.on('Debugger.scriptParsed', ({ scriptId, hash }: ParsedScript) => hashes.set(scriptId, hash))
    inspector.post('Debugger.enable', {})
    for (const id of heapIds) {
      if (performance.now() > untilMs) break
      const place = placeOf(inspector, id, hashes)
      if (place !== null) places.set(id, place)
    }
  } finally {
    // With the conversation, V8 ends the debugger and lets go of what it showed.
    inspector.close()
  }
  return places
}

function placeOf(inspector: OwnInspector, id: number, hashes: ReadonlyMap<string, string>): ScriptPlace | null {
  try {
    const { result } = inspector.post<{ result: { objectId: string } }>('HeapProfiler.getObjectByHeapObjectId', {
      objectId: String(id),
    })
    const { objectId } = result
    const { internalProperties } = inspector.post<Properties>('Runtime.getProperties', { objectId })
    const place = internalProperties?.find(({ name }) => name === '[[GeneratorLocation]]')?.value?.value
    if (place === undefined) return null
    const { scriptId, lineNumber, columnNumber } = place
    return { line: lineNumber + 1, column: columnNumber + 1, scriptHash: hashes.get(scriptId) ?? null }
  } catch {
    return null
  }
}
