import type { Reading } from './debugger-reading.js'
import { readObjectWithId, readShown, readVariables, type ShownValue } from './inspected-objects.js'

/** An object by the id that a heap snapshot gave it, and the property of it, or the variable of its scopes, that has a number. */
export interface NumberAsked {
  readonly heapId: number
  readonly name: string
  readonly isVariable: boolean
}

/** Numbers, which a heap snapshot does not have; null for what is none. No getter is called. */
export function* readNumbers(asked: readonly NumberAsked[]): Reading<(number | null)[]> {
  const found: (number | null)[] = []
  for (const { heapId, name, isVariable } of asked) {
    const objectId = yield* readObjectWithId(heapId)
    if (objectId === null) found.push(null)
    else found.push(numberIn(yield* isVariable ? readScopes(objectId) : readOwn(objectId), name))
  }
  return found
}

function* readOwn(objectId: string): Reading<Values> {
  const [shown] = yield* readShown([objectId])
  return new Map(
    [...(shown?.privateProperties ?? []), ...(shown?.result ?? [])].map(({ name, value }) => [name, value]),
  )
}

function* readScopes(objectId: string): Reading<Values> {
  const [variables = new Map()] = yield* readVariables([objectId], MOST_SCOPES)
  return variables
}

/** The outermost scopes are those of the module and of all scripts. */
const MOST_SCOPES = 3

type Values = ReadonlyMap<string, ShownValue | undefined>

/** @param name as a heap snapshot has it; the inspector shows symbols in another way. */
function numberIn(shown: Values, name: string): number | null {
  const symbol = /^<symbol (.*)>$/.exec(name)?.[1]
  const asShown = symbol === undefined ? name : `Symbol(${symbol})`
  const value = shown.get(asShown)?.value
  return typeof value === 'number' ? value : null
}
