import type { Reading } from './debugger-reading.js'
import {
  getProperties,
  internalOf,
  readObjectWithId,
  type ShownLocation,
  type ShownObject,
  type ShownValue,
} from './inspected-objects.js'
import { now } from './real-clock.js'

/** As V8 counts, of the script as it runs. 1-based. */
export interface ScriptPlace {
  readonly line: number
  readonly column: number
  readonly scriptHash: string | null
}

/**
 * Where suspended functions await, by the ids that a heap snapshot gave to their generator objects: V8 shows it as long
 * as its debugger is enabled (Node 20 to 26). Finding an object costs a walk through the whole heap: those for which
 * there is no time are left out, and so is a function that is not suspended any more, of which V8 shows where it begins.
 */
export function* readSuspendedPlaces(
  heapIds: readonly number[],
  maxMs: number,
): Reading<ReadonlyMap<number, ScriptPlace>> {
  const places = new Map<number, ScriptPlace>()
  const objects = yield* objectsWithIds(heapIds, maxMs)
  if (objects.size === 0) return places
  const { results, scripts } = yield { commands: [...objects.values()].map(getProperties), withDebugger: true }
  for (const [i, id] of [...objects.keys()].entries()) {
    const shown = results[i]
    const place = internalOf(shown, '[[GeneratorLocation]]')?.value as ShownLocation | undefined
    if (place === undefined || internalOf(shown, '[[GeneratorState]]')?.value !== 'suspended') continue
    const { scriptId, lineNumber, columnNumber } = place
    const scriptHash = scripts.get(Number(scriptId))?.hash ?? null
    places.set(id, { line: lineNumber + 1, column: columnNumber + 1, scriptHash })
  }
  return places
}

/** One that has been collected meanwhile is left out. */
function* objectsWithIds(heapIds: readonly number[], maxMs: number): Reading<ReadonlyMap<number, string>> {
  const objects = new Map<number, string>()
  const untilMs = now() + maxMs
  for (const id of heapIds) {
    if (now() > untilMs) break
    const found = yield* readObjectWithId(id)
    if (found !== null) objects.set(id, found)
  }
  return objects
}

/** Where a function begins, as V8 counts. 1-based. */
export interface FunctionPlace {
  readonly name: string
  readonly scriptId: number
  /** V8's name of it, and its hash of the text. */
  readonly script: string
  readonly scriptHash: string
  readonly line: number
  readonly column: number
}

/** Where functions begin; null for what is none of a script. */
export function* readFunctionPlaces(functions: readonly (ShownValue | undefined)[]): Reading<(FunctionPlace | null)[]> {
  const asked = functions.flatMap((fn, i) =>
    fn?.type === 'function' && fn.objectId !== undefined && fn.subtype !== 'proxy' ? [{ i, id: fn.objectId }] : [],
  )
  const places: (FunctionPlace | null)[] = functions.map(() => null)
  if (asked.length === 0) return places
  const { results, scripts } = yield { commands: asked.map(({ id }) => getProperties(id)), withDebugger: true }
  for (const [at, { i }] of asked.entries()) {
    const answer = results[at] as ShownObject | null
    const place = internalOf(answer, '[[FunctionLocation]]')?.value as ShownLocation | undefined
    const script = scripts.get(Number(place?.scriptId))
    if (place === undefined || script === undefined) continue
    const name = answer?.result?.find((each) => each.name === 'name')?.value?.value
    places[i] = {
      name: typeof name === 'string' && name !== '' ? name : '<anonymous>',
      scriptId: Number(place.scriptId),
      script: script.url,
      scriptHash: script.hash,
      line: place.lineNumber + 1,
      column: place.columnNumber + 1,
    }
  }
  return places
}

/** V8's number of the context that a function's text was compiled in; null for a native function. */
export function* readContextOf(functionObjectId: string): Reading<number | null> {
  const { results, scripts } = yield { commands: [getProperties(functionObjectId)], withDebugger: true }
  const place = internalOf(results[0], '[[FunctionLocation]]')?.value as ShownLocation | undefined
  return place === undefined ? null : (scripts.get(Number(place.scriptId))?.executionContextId ?? null)
}
