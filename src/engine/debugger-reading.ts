import { now } from './real-clock.js'
import type { ParsedScript } from './running-script.js'

/** A command to V8's inspector. Source: chromedevtools.github.io/devtools-protocol */
interface Command {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Commands that are sent together. */
export interface Batch {
  readonly commands: readonly Command[]
  /** Whether V8's debugger must be enabled while they are answered. */
  readonly withDebugger: boolean
}

export interface Answers {
  /** In the order of the commands; null for one that the inspector refused. */
  readonly results: readonly (object | null)[]
  /** By V8's number: every script of the thread, once the debugger has been enabled. */
  readonly scripts: ReadonlyMap<number, ParsedScript>
}

/**
 * What to ask V8's debugger, and how to read its answers. `OwnDebugger` asks this thread and answers at once;
 * `readRemotely` asks another process.
 */
export type Reading<T> = Generator<Batch, T, Answers>

/** What V8 shows of this goes away with the session, or with the group. */
export const OBJECT_GROUP = 'async-trace'

export interface ScriptText {
  /** As V8 runs it. */
  readonly text: string
  /** Whether V8 counts positions from the text's beginning: `vm.Script` can shift them. */
  readonly isCountedFromStart: boolean
}

/** All scripts of a thread: V8 announces them when its debugger is enabled (Node 20 to 26). */
export function* readScripts(): Reading<ReadonlyMap<number, ParsedScript>> {
  const { scripts } = yield { commands: [], withDebugger: true }
  return scripts
}

export function urlsOf(scripts: ReadonlyMap<number, ParsedScript>): ReadonlyMap<number, string> {
  return new Map([...scripts].map(([id, { url }]) => [id, url]))
}

/** By V8's numbers of scripts; those whose text V8 does not give are left out. */
export function* readTexts(ids: readonly number[]): Reading<ReadonlyMap<number, ScriptText>> {
  const commands = ids.map((id) => ({ method: 'Debugger.getScriptSource', params: { scriptId: String(id) } }))
  const { results, scripts } = yield { commands, withDebugger: true }
  const texts = new Map<number, ScriptText>()
  for (const [i, id] of ids.entries()) {
    const result = results[i] as { readonly scriptSource: string } | null
    const parsed = scripts.get(id)
    const isCountedFromStart = parsed?.startLine === 0 && parsed.startColumn === 0
    if (result !== null) texts.set(id, { text: result.scriptSource, isCountedFromStart })
  }
  return texts
}

/** As V8 counts, of the script as it runs. 1-based. */
export interface ScriptPlace {
  readonly line: number
  readonly column: number
  readonly scriptHash: string | null
}

export interface InspectedObject {
  readonly objectId: string
}

interface Properties {
  readonly internalProperties?: readonly { readonly name: string; readonly value?: { readonly value?: unknown } }[]
}

interface Location {
  readonly scriptId: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/**
 * Where suspended functions await, by the ids that a heap snapshot gave to their generator objects: V8 shows it as long
 * as its debugger is enabled (Node 20 to 26). Finding an object costs a walk through the whole heap: those for which
 * there is no time are left out.
 */
export function* readSuspendedPlaces(
  heapIds: readonly number[],
  maxMs: number,
): Reading<ReadonlyMap<number, ScriptPlace>> {
  const places = new Map<number, ScriptPlace>()
  const objects = yield* objectsWithIds(heapIds, maxMs)
  if (objects.size === 0) return places
  const commands = [...objects.values()].map((objectId) => ({ method: 'Runtime.getProperties', params: { objectId } }))
  const { results, scripts } = yield { commands, withDebugger: true }
  for (const [i, id] of [...objects.keys()].entries()) {
    const place = internalOf((results[i] ?? {}) as Properties, '[[GeneratorLocation]]') as Location | undefined
    if (place === undefined) continue
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

/** An object by the id that a heap snapshot gave it, a walk through the heap; null if it has been collected. */
export function* readObjectWithId(heapId: number): Reading<string | null> {
  const params = { objectId: String(heapId), objectGroup: OBJECT_GROUP }
  const answer = yield* one<{ readonly result: InspectedObject }>('HeapProfiler.getObjectByHeapObjectId', params)
  return answer?.result.objectId ?? null
}

/** The id that heap snapshots give an object. */
export function* readHeapId(objectId: string): Reading<number> {
  const answer = yield* one<{ readonly heapSnapshotObjectId: string }>('HeapProfiler.getHeapObjectId', { objectId })
  if (answer === null) throw new Error('V8 does not tell the id of an object')
  return Number(answer.heapSnapshotObjectId)
}

/**
 * The array of all live objects that have an object of its own realm in their prototype chain. V8 collects what is not
 * reachable first: a full collection.
 */
export function* readLiveObjects(prototypeObjectId: string): Reading<string> {
  const params = { prototypeObjectId, objectGroup: OBJECT_GROUP }
  const answer = yield* one<{ readonly objects: InspectedObject }>('Runtime.queryObjects', params)
  if (answer === null) throw new Error('V8 does not list live objects')
  return answer.objects.objectId
}

/** Whether a promise is pending, without asking the promise. */
export function* readIsPending(objectId: string): Reading<boolean> {
  const answer = yield* one<Properties>('Runtime.getProperties', { objectId, ownProperties: true })
  yield* one('Runtime.releaseObject', { objectId })
  if (answer === null) throw new Error('V8 does not show a promise')
  return internalOf(answer, '[[PromiseState]]') === 'pending'
}

interface Shown {
  readonly name: string
  readonly value?: Partial<InspectedObject>
}

/** The objects that are the values of variables in a function's scopes, the innermost of each name; null for none. */
export function* readValues(functionObjectId: string, names: readonly string[]): Reading<(string | null)[]> {
  const shown = (objectId: string) => ({ objectId, ownProperties: true })
  const closure = yield* one<{ readonly internalProperties?: readonly Shown[] }>(
    'Runtime.getProperties',
    shown(functionObjectId),
  )
  const list = closure?.internalProperties?.find((each) => each.name === '[[Scopes]]')?.value?.objectId
  const values: (string | null)[] = names.map(() => null)
  if (list === undefined) return values
  const scopes = yield* one<{ readonly result: readonly Shown[] }>('Runtime.getProperties', shown(list))
  for (const { value } of scopes?.result ?? []) {
    if (value?.objectId === undefined || !values.includes(null)) continue
    const variables = yield* one<{ readonly result: readonly Shown[] }>('Runtime.getProperties', shown(value.objectId))
    for (const [i, name] of names.entries()) {
      values[i] ??= variables?.result.find((each) => each.name === name)?.value?.objectId ?? null
    }
  }
  return values
}

/** V8's number of the context that a function's text was compiled in; null for a native function. */
export function* readContextOf(functionObjectId: string): Reading<number | null> {
  const params = { objectId: functionObjectId, ownProperties: true }
  const { results, scripts } = yield { commands: [{ method: 'Runtime.getProperties', params }], withDebugger: true }
  const place = internalOf((results[0] ?? {}) as Properties, '[[FunctionLocation]]') as Location | undefined
  return place === undefined ? null : (scripts.get(Number(place.scriptId))?.executionContextId ?? null)
}

/** @returns null where the inspector refuses. */
export function* one<T extends object>(method: string, params: Command['params']): Reading<T | null> {
  const { results } = yield { commands: [{ method, params }], withDebugger: false }
  return results[0] as T | null
}

function internalOf({ internalProperties }: Properties, name: string): unknown {
  return internalProperties?.find((each) => each.name === name)?.value?.value
}
