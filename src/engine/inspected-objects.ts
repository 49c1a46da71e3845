import { type Command, must, one, type Reading } from './debugger-reading.js'

/** A value as the inspector shows it; an object by its number in the conversation. */
export interface ShownValue {
  readonly type?: string
  readonly subtype?: string
  readonly value?: unknown
  readonly objectId?: string
  readonly description?: string
}

export interface ShownProperty {
  readonly name: string
  readonly value?: ShownValue
}

export interface ShownObject {
  readonly result?: readonly ShownProperty[]
  /** V8's own: `[[PromiseState]]`, `[[Scopes]]`. */
  readonly internalProperties?: readonly ShownProperty[]
  readonly privateProperties?: readonly ShownProperty[]
}

/** As the inspector counts: from 0. */
export interface ShownLocation {
  readonly scriptId: string
  readonly lineNumber: number
  readonly columnNumber: number
}

export type Variables = ReadonlyMap<string, ShownValue>

/** What V8 shows goes away with the session, or with this group. */
export const OBJECT_GROUP = 'async-trace'

/** Of own data properties it gives the values, and calls no getter. */
export function getProperties(objectId: string): Command {
  return { method: 'Runtime.getProperties', params: { objectId, ownProperties: true } }
}

export function internalOf(shown: ShownObject | object | null | undefined, name: string): ShownValue | undefined {
  return (shown as ShownObject | null)?.internalProperties?.find((each) => each.name === name)?.value
}

/** The own data properties of each. None of what a proxy stands for. */
export function* readProperties(values: readonly (ShownValue | undefined)[]): Reading<Variables[]> {
  const asked = values.map((value) => (value?.subtype === 'proxy' ? null : (value?.objectId ?? null)))
  const shown = yield* readShown(asked)
  return shown.map(({ result = [] }) => variablesOf(result))
}

/** What V8 shows of each object; nothing for null and for one that it refuses. */
export function* readShown(objectIds: readonly (string | null)[]): Reading<ShownObject[]> {
  const shown: ShownObject[] = objectIds.map(() => ({}))
  const asked = objectIds.flatMap((id, i) => (id === null ? [] : [{ id, i }]))
  if (asked.length === 0) return shown
  const { results } = yield { commands: asked.map(({ id }) => getProperties(id)), withDebugger: false }
  for (const [at, { i }] of asked.entries()) shown[i] = results[at] ?? {}
  return shown
}

/**
 * What the innermost scopes of each function hold, without global variables: of two variables of one name, the inner.
 *
 * @param mostScopes the scopes further out are the module's and those of all scripts.
 */
export function* readVariables(functions: readonly (string | null)[], mostScopes: number): Reading<Variables[]> {
  const closures = yield* readShown(functions)
  const lists = yield* readProperties(closures.map((closure) => internalOf(closure, '[[Scopes]]')))
  const found = lists.map(() => new Map<string, ShownValue>())
  for (let depth = 0; depth < mostScopes; depth++) {
    const wanted = lists.map((list) => {
      const scope = list.get(String(depth))
      // Showing the global object makes Node.js load what it keeps for later: undici, which leaves properties there.
      return scope?.description === 'Global' ? undefined : scope
    })
    if (!wanted.some((scope) => scope !== undefined)) break
    const scopes = yield* readProperties(wanted)
    for (const [i, scope] of scopes.entries()) {
      for (const [name, value] of scope) if (found[i]?.has(name) === false) found[i]?.set(name, value)
    }
  }
  return found
}

function variablesOf(properties: readonly ShownProperty[]): Variables {
  return new Map(properties.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

/** An object by the id that a heap snapshot gave it, a walk through the heap; null if it has been collected. */
export function* readObjectWithId(heapId: number): Reading<string | null> {
  const params = { objectId: String(heapId), objectGroup: OBJECT_GROUP }
  const answer = yield* one<{ readonly result: ShownValue }>('HeapProfiler.getObjectByHeapObjectId', params)
  return answer?.result.objectId ?? null
}

/** The id that heap snapshots give an object. */
export function* readHeapId(objectId: string): Reading<number> {
  const answer = yield* must<{ readonly heapSnapshotObjectId: string }>('HeapProfiler.getHeapObjectId', { objectId })
  return Number(answer.heapSnapshotObjectId)
}

/**
 * The array of all live objects that have an object of its own realm in their prototype chain. V8 collects what is not
 * reachable first: a full collection.
 */
export function* readLiveObjects(prototypeObjectId: string): Reading<string> {
  const params = { prototypeObjectId, objectGroup: OBJECT_GROUP }
  return objectIn((yield* must<{ readonly objects: ShownValue }>('Runtime.queryObjects', params)).objects)
}

/** Whether a promise is pending, without asking the promise. */
export function* readIsPending(objectId: string): Reading<boolean> {
  const shown = yield* must<ShownObject>('Runtime.getProperties', getProperties(objectId).params)
  yield* one('Runtime.releaseObject', { objectId })
  return internalOf(shown, '[[PromiseState]]')?.value === 'pending'
}

interface Evaluation {
  readonly expression: string
  /** V8's number of the context; by default the main one. */
  readonly contextId?: number
  /** The value itself, if it is JSON, not its number. */
  readonly returnByValue?: boolean
  /** Whether the expression may use `require`. */
  readonly includeCommandLineAPI?: boolean
}

/** @throws if the inspector refuses, or the expression throws. */
export function* evaluate(evaluation: Evaluation): Reading<ShownValue> {
  return yield* valueFrom('Runtime.evaluate', { ...evaluation, silent: true, objectGroup: OBJECT_GROUP })
}

interface FunctionCall {
  /** What is `this` in the call. */
  readonly objectId: string
  readonly functionDeclaration: string
  readonly arguments?: readonly ({ readonly objectId: string } | { readonly value: unknown })[]
  readonly returnByValue?: boolean
  readonly awaitPromise?: boolean
}

/** @throws if the inspector refuses, or the function throws. */
export function* callFunction(call: FunctionCall): Reading<ShownValue> {
  return yield* valueFrom('Runtime.callFunctionOn', { ...call, silent: true, objectGroup: OBJECT_GROUP })
}

interface Evaluated {
  readonly result: ShownValue
  readonly exceptionDetails?: { readonly text: string; readonly exception?: ShownValue }
}

function* valueFrom(method: string, params: Command['params']): Reading<ShownValue> {
  const { result, exceptionDetails } = yield* must<Evaluated>(method, params)
  if (exceptionDetails === undefined) return result
  const { text, exception } = exceptionDetails
  throw new Error(`the process answered with an error: ${exception?.description ?? text}`)
}

export function objectIn({ objectId, type }: ShownValue): string {
  if (objectId === undefined) throw new Error(`the process answered with a ${type ?? 'nothing'} for an object`)
  return objectId
}
