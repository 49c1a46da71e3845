import type { Reading } from './debugger-reading.js'

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

interface RemoteValue {
  readonly type: string
  readonly subtype?: string
  readonly value?: unknown
  readonly objectId?: string
}

interface Property {
  readonly name: string
  readonly value?: RemoteValue
}

interface Properties {
  readonly result?: readonly Property[]
  readonly internalProperties?: readonly Property[]
}

type Found = ReadonlyMap<string, RemoteValue>
type Asked = RemoteValue | undefined

const NOTHING: Found = new Map()

/**
 * The functions that routers of Express or connect called last for some requests. A router keeps that in variables of the
 * function `next` which it hands over: the list of functions (`stack`) and how many it has called (`idx` or `index`). Seen
 * with express 4 and 5, router 1 and 2, connect 3.
 *
 * @param nexts the inspector's numbers of those functions. @returns null for one that is none, or does not tell.
 */
export function* readLastDispatched(nexts: readonly (string | null)[]): Reading<(FunctionPlace | null)[]> {
  const variables = yield* readVariables(nexts)
  const layers = yield* read(variables.map((each) => (countOf(each) === null ? undefined : each.get('stack'))))
  const last = yield* read(layers.map((each, i) => each.get(String((countOf(variables[i] ?? NOTHING) ?? 0) - 1))))
  const routes = yield* read(last.map((each) => each.get('route')))
  const ofRoutes = yield* read(routes.map((each) => each.get('stack')))
  // A route calls its functions by itself: of several it is not known which.
  const only = yield* read(ofRoutes.map((each) => (each.get('length')?.value === 1 ? each.get('0') : undefined)))
  const handles = last.map((each, i) => {
    const route = each.get('route')
    return route === undefined || route.type === 'undefined' ? each.get('handle') : only[i]?.get('handle')
  })
  return yield* readFunctionPlaces(handles)
}

/** The same for those in an array. @param array the inspector's number of it. */
export function* readLastDispatchedIn(array: string, length: number): Reading<(FunctionPlace | null)[]> {
  const [values = NOTHING] = yield* read([{ type: 'object', objectId: array }])
  const nexts = Array.from({ length }, (_, i) => values.get(String(i))?.objectId ?? null)
  return nexts.every((next) => next === null) ? nexts.map(() => null) : yield* readLastDispatched(nexts)
}

/** How many functions a router has called; null for what is no router's `next`. */
function countOf(variables: Found): number | null {
  const count = (variables.get('idx') ?? variables.get('index'))?.value
  return typeof count === 'number' && count > 0 && variables.get('stack')?.subtype === 'array' ? count : null
}

/** The scopes further out are the module's. */
const MOST_SCOPES = 2

/** What the scopes of functions hold: of two variables of one name, the inner. */
function* readVariables(functions: readonly (string | null)[]): Reading<Found[]> {
  const asked = functions.flatMap((id, i) => (id === null ? [] : [{ id, i }]))
  const { results } = yield { commands: asked.map(({ id }) => getProperties(id)), withDebugger: true }
  const answers = new Map(asked.map(({ i }, at) => [i, results[at]]))
  const lists = yield* read(functions.map((_, i) => internalOf(answers.get(i), '[[Scopes]]')))
  const found = lists.map(() => new Map<string, RemoteValue>())
  for (let depth = 0; depth < MOST_SCOPES; depth++) {
    const scopes = yield* read(lists.map((each) => each.get(String(depth))))
    for (const [i, scope] of scopes.entries()) {
      for (const [name, value] of scope) if (found[i]?.has(name) === false) found[i]?.set(name, value)
    }
  }
  return found
}

/** Where functions begin, by what the inspector calls them; null for what is none of a script. */
export function* readFunctionPlaces(functions: readonly Asked[]): Reading<(FunctionPlace | null)[]> {
  const asked = functions.flatMap((fn, i) =>
    fn?.type === 'function' && fn.objectId !== undefined && fn.subtype !== 'proxy' ? [{ i, id: fn.objectId }] : [],
  )
  const places: (FunctionPlace | null)[] = functions.map(() => null)
  if (asked.length === 0) return places
  const { results, scripts } = yield { commands: asked.map(({ id }) => getProperties(id)), withDebugger: true }
  for (const [at, { i }] of asked.entries()) {
    const answer = results[at] as Properties | null
    const place = internalOf(answer, '[[FunctionLocation]]')?.value as Location | undefined
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

interface Location {
  readonly scriptId: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** Own data properties of each: V8 calls no getter for them. None of what a proxy stands for. */
function* read(values: readonly Asked[]): Reading<Found[]> {
  const asked = values.flatMap((value, i) =>
    value?.objectId !== undefined && value.subtype !== 'proxy' ? [{ i, id: value.objectId }] : [],
  )
  const found: Found[] = values.map(() => NOTHING)
  if (asked.length === 0) return found
  const { results } = yield { commands: asked.map(({ id }) => getProperties(id)), withDebugger: false }
  for (const [at, { i }] of asked.entries()) {
    const { result = [] } = (results[at] ?? {}) as Properties
    found[i] = new Map(result.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
  }
  return found
}

function getProperties(objectId: string) {
  return { method: 'Runtime.getProperties', params: { objectId, ownProperties: true } }
}

function internalOf(answer: object | null | undefined, name: string): RemoteValue | undefined {
  return (answer as Properties | null)?.internalProperties?.find((each) => each.name === name)?.value
}
