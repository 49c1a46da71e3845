import { one, type Reading, readObjectWithId } from './debugger-reading.js'

/** An object by the id that a heap snapshot gave it, and the property of it, or the variable of its scopes, that has a number. */
export interface NumberAsked {
  readonly heapId: number
  readonly name: string
  readonly isVariable: boolean
}

interface Shown {
  readonly name: string
  readonly value?: { readonly type?: string; readonly value?: unknown; readonly objectId?: string }
}

interface Properties {
  readonly result: readonly Shown[]
  readonly internalProperties?: readonly Shown[]
  readonly privateProperties?: readonly Shown[]
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

function* readOwn(objectId: string): Reading<readonly Shown[]> {
  const answer = yield* properties(objectId)
  return [...(answer?.result ?? []), ...(answer?.privateProperties ?? [])]
}

/** The variables of a function's scopes, innermost first. */
function* readScopes(objectId: string): Reading<readonly Shown[]> {
  const closure = yield* properties(objectId)
  const list = closure?.internalProperties?.find(({ name }) => name === '[[Scopes]]')?.value?.objectId
  const scopes = list === undefined ? null : yield* properties(list)
  const found: Shown[] = []
  // The outermost are those of the module and of all scripts.
  for (const { value } of scopes?.result.slice(0, MOST_SCOPES) ?? []) {
    if (value?.objectId !== undefined) found.push(...((yield* properties(value.objectId))?.result ?? []))
  }
  return found
}

const MOST_SCOPES = 3

function properties(objectId: string): Reading<Properties | null> {
  return one<Properties>('Runtime.getProperties', { objectId, ownProperties: true })
}

/** @param name as a heap snapshot has it; the inspector shows symbols and private fields in other ways. */
function numberIn(shown: readonly Shown[], name: string): number | null {
  const symbol = /^<symbol (.*)>$/.exec(name)?.[1]
  const asShown = symbol === undefined || symbol.startsWith('#') ? (symbol ?? name) : `Symbol(${symbol})`
  const value = shown.find((each) => each.name === asShown)?.value?.value
  return typeof value === 'number' ? value : null
}
