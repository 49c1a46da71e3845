import type { Reading } from './debugger-reading.js'
import { readProperties, readVariables, type Variables } from './inspected-objects.js'
import { type FunctionPlace, readFunctionPlaces } from './inspected-places.js'

const NOTHING: Variables = new Map()

/** The scopes further out are the module's. */
const MOST_SCOPES = 2

/**
 * The functions that routers of Express or connect called last for some requests. A router keeps that in variables of the
 * function `next` which it hands over: the list of functions (`stack`) and how many it has called (`idx` or `index`). Seen
 * with express 4 and 5, router 1 and 2, connect 3.
 *
 * @param nexts the inspector's numbers of those functions. @returns null for one that is none, or does not tell.
 */
export function* readLastDispatched(nexts: readonly (string | null)[]): Reading<(FunctionPlace | null)[]> {
  const variables = yield* readVariables(nexts, MOST_SCOPES)
  const layers = yield* readProperties(
    variables.map((each) => (countOf(each) === null ? undefined : each.get('stack'))),
  )
  const last = yield* readProperties(
    layers.map((each, i) => each.get(String((countOf(variables[i] ?? NOTHING) ?? 0) - 1))),
  )
  const routes = yield* readProperties(last.map((each) => each.get('route')))
  const ofRoutes = yield* readProperties(routes.map((each) => each.get('stack')))
  // A route calls its functions by itself: of several it is not known which.
  const only = yield* readProperties(
    ofRoutes.map((each) => (each.get('length')?.value === 1 ? each.get('0') : undefined)),
  )
  const handles = last.map((each, i) => {
    const route = each.get('route')
    return route === undefined || route.type === 'undefined' ? each.get('handle') : only[i]?.get('handle')
  })
  return yield* readFunctionPlaces(handles)
}

/** The same for those in an array. @param array the inspector's number of it. */
export function* readLastDispatchedIn(array: string, length: number): Reading<(FunctionPlace | null)[]> {
  const [values = NOTHING] = yield* readProperties([{ type: 'object', objectId: array }])
  const nexts = Array.from({ length }, (_, i) => values.get(String(i))?.objectId ?? null)
  return nexts.every((next) => next === null) ? nexts.map(() => null) : yield* readLastDispatched(nexts)
}

/** How many functions a router has called; null for what is no router's `next`. */
function countOf(variables: Variables): number | null {
  const count = (variables.get('idx') ?? variables.get('index'))?.value
  return typeof count === 'number' && count > 0 && variables.get('stack')?.subtype === 'array' ? count : null
}
