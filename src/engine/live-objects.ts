import type { Reading } from './debugger-reading.js'
import { readLastDispatched } from './dispatch-reading.js'
import {
  callFunction,
  evaluate,
  readIsPending,
  readLiveObjects,
  readObjectWithId,
  readVariables,
} from './inspected-objects.js'
import { type FunctionPlace, readContextOf } from './inspected-places.js'
import { readOwn } from './own-debugger.js'

/**
 * Live objects of this thread. They go to and from the inspector through a property that exists only while one command
 * is answered, so these readings are for `readOwn` alone: it answers at once.
 */
const HAND_OVER = '__asyncTraceHandOver__'

/**
 * All live objects that have one of these prototypes in their chain. What nothing holds any more is
 * collected first: a full collection, so this is for dumps only.
 */
export function liveObjects(prototypes: readonly object[]): readonly (readonly object[])[] {
  return readOwn(readEach(prototypes, readInstances))
}

function* readInstances(prototype: object): Reading<object[]> {
  const objects = yield* readLiveObjects(yield* toInspector(prototype))
  return (yield* fromInspector(objects)) as object[]
}

/**
 * Objects of this thread by the ids that a heap snapshot gave them; null for one that has been collected. A walk through the
 * heap for each. V8 may forget the ids afterwards: ask for all at once.
 */
export function objectsOfHeapIds(ids: readonly number[]): readonly (object | null)[] {
  if (ids.length === 0) return []
  try {
    return readOwn(readEach(ids, readObject))
  } catch {
    return ids.map(() => null)
  }
}

/** Objects in variables that a function of this thread closes over; undefined where V8 shows none of that name. */
export function closureVariables(closure: object, names: readonly string[]): readonly unknown[] {
  return readOwn(readClosureVariables(closure, names))
}

function* readClosureVariables(closure: object, names: readonly string[]): Reading<unknown[]> {
  const [variables] = yield* readVariables([yield* toInspector(closure)], Number.POSITIVE_INFINITY)
  return yield* readEach(names, function* (name) {
    const objectId = variables?.get(name)?.objectId
    return objectId === undefined ? undefined : yield* fromInspector(objectId)
  })
}

function* readObject(heapId: number): Reading<object | null> {
  const objectId = yield* readObjectWithId(heapId)
  return objectId === null ? null : ((yield* fromInspector(objectId)) as object)
}

/** Whether each promise is pending, without asking the promise. */
export function arePending(promises: readonly object[]): readonly boolean[] {
  if (promises.length === 0) return []
  return readOwn(
    readEach(promises, function* (promise) {
      return yield* readIsPending(yield* toInspector(promise))
    }),
  )
}

/** Where the functions begin that routers called last, by the functions `next` that they handed over. */
export function lastDispatched(nexts: readonly object[]): readonly (FunctionPlace | null)[] {
  if (nexts.length === 0) return []
  return readOwn(readDispatched(nexts))
}

function* readDispatched(nexts: readonly object[]): Reading<(FunctionPlace | null)[]> {
  return yield* readLastDispatched(yield* readEach(nexts, toInspector))
}

/** A realm to ask for its objects. */
export interface AskedRealm {
  /** An object of that realm which its literals `[]` inherit from: what is put there, code in the realm can name. */
  readonly array: object
  /** Of that realm, as is the next. */
  readonly prototype: object
  /** A function that was compiled in that realm. Hands its argument to `taken`. */
  readonly hand: object
  taken: unknown
}

export interface RealmObjects {
  readonly objects: object[]
  /** How many realms could not be asked: their intrinsic objects are frozen, or they may not compile text. */
  readonly unread: number
}

/**
 * The same for objects of other realms. V8 looks only at those that were created in the realm of the prototype that it
 * is told, and takes a reference for one of that realm only if it was made there.
 */
export function liveObjectsOfRealms(realms: readonly AskedRealm[]): RealmObjects {
  if (realms.length === 0) return { objects: [], unread: 0 }
  const found = readOwn(readEach(realms, readRealm))
  return { objects: found.flatMap((objects) => objects ?? []), unread: found.filter((each) => each === null).length }
}

/**
 * Only in the context of a live function: V8 knows the number of a context that has been collected until its next task,
 * and to evaluate anything in one ends the process (Node 24 and 26).
 *
 * @returns null if the realm cannot be asked.
 */
function* readRealm(realm: AskedRealm): Reading<object[] | null> {
  if (!Object.isExtensible(realm.array)) return null
  const contextId = yield* readContextOf(yield* toInspector(realm.hand))
  const expression = `[].${HAND_OVER}`
  const found =
    contextId === null ? null : yield* withProperty(realm.array, realm.prototype, evaluated(expression, contextId))
  if (found === null) return null
  const objects = yield* readLiveObjects(found)
  yield* withProperty(realm.array, realm.hand, handTo(expression, objects))
  const taken = copyOf(realm.taken)
  realm.taken = null
  return taken
}

/** By its indices alone: no method of the other realm is called. */
function copyOf(array: unknown): object[] {
  const { length } = array as object[]
  const copy = new Array<object>(length)
  for (let i = 0; i < length; i++) copy[i] = (array as object[])[i] as object
  return copy
}

function* readEach<T, U>(all: readonly T[], read: (each: T) => Reading<U>): Reading<U[]> {
  const found: U[] = []
  for (const each of all) found.push(yield* read(each))
  return found
}

function* withProperty<T>(holder: object, value: unknown, reading: Reading<T>): Reading<T> {
  Object.defineProperty(holder, HAND_OVER, { value, configurable: true, enumerable: false, writable: false })
  try {
    return yield* reading
  } finally {
    Reflect.deleteProperty(holder, HAND_OVER)
  }
}

/** The inspector's number of an object of this thread. */
function* toInspector(object: object): Reading<string> {
  const objectId = yield* withProperty(globalThis, object, evaluated(HAND_OVER))
  if (objectId === null) throw new Error('The inspector does not take an object')
  return objectId
}

/** The object with a number of the inspector's. */
function* fromInspector(objectId: string): Reading<unknown> {
  let taken: unknown
  const take = (value: unknown) => {
    taken = value
  }
  yield* withProperty(globalThis, take, handTo(HAND_OVER, objectId))
  return taken
}

/** Of an expression whose value is an object; null for anything else. */
function* evaluated(expression: string, contextId?: number): Reading<string | null> {
  try {
    const { objectId = null } = yield* evaluate(contextId === undefined ? { expression } : { expression, contextId })
    return objectId
  } catch {
    return null
  }
}

function* handTo(taker: string, objectId: string): Reading<void> {
  yield* callFunction({ objectId, functionDeclaration: `function () { ${taker}(this) }` })
}
