import { OwnInspector } from './own-inspector.js'

interface RemoteObject {
  readonly objectId: string
}

interface Property {
  readonly name: string
  readonly value?: { readonly value?: unknown }
}

const HAND_OVER = '__asyncTraceHandOver__'

/**
 * All live objects that have one of these prototypes in their chain. What nothing holds any more is
 * collected first: a full collection, so this is for dumps only.
 */
export function liveObjects(prototypes: readonly object[]): readonly (readonly object[])[] {
  const inspector = new OwnInspector()
  try {
    return prototypes.map((prototype) => {
      const { objectId } = remote(inspector, prototype)
      const { objects } = inspector.post<{ objects: RemoteObject }>('Runtime.queryObjects', {
        prototypeObjectId: objectId,
      })
      return local(inspector, objects) as object[]
    })
  } finally {
    inspector.close()
  }
}

/** A realm to ask for its objects. */
export interface AskedRealm {
  /** An object of that realm which its literals `[]` inherit from: what is put there, code in the realm can name. */
  readonly array: object
  /** Of that realm, as is the next. */
  readonly prototype: object
  /** Hands its argument to `taken`. */
  readonly hand: object
  taken: unknown
}

/**
 * The same for objects of other realms. V8 looks only at those that were created in the realm of the prototype that it
 * is told, and takes a reference for one of that realm only if it was made there.
 */
export function liveObjectsOfRealms(realms: readonly AskedRealm[]): object[] {
  if (realms.length === 0) return []
  const inspector = new OwnInspector()
  try {
    const contexts = contextsOf(inspector)
    return realms.flatMap((realm) => objectsOfRealm(inspector, contexts, realm))
  } finally {
    inspector.close()
  }
}

/** V8's numbers of all realms that Node has told it of. */
function contextsOf(inspector: OwnInspector): readonly number[] {
  const ids: number[] = []
  inspector.on<{ context: { id: number } }>('Runtime.executionContextCreated', ({ context }) => {
    ids.push(context.id)
  })
  inspector.post('Runtime.enable', {})
  // While it is enabled, V8 captures stacks of its own.
  inspector.post('Runtime.disable', {})
  return ids
}

function objectsOfRealm(inspector: OwnInspector, contexts: readonly number[], realm: AskedRealm): readonly object[] {
  const expression = `[].${HAND_OVER}`
  const evaluate = (contextId: number) =>
    inspector.post<{ result: Partial<RemoteObject> }>('Runtime.evaluate', { expression, contextId }).result.objectId
  for (const contextId of contexts) {
    const prototypeObjectId = withProperty(realm.array, realm.prototype, () => evaluate(contextId))
    if (prototypeObjectId === undefined) continue
    const { objects } = inspector.post<{ objects: RemoteObject }>('Runtime.queryObjects', { prototypeObjectId })
    withProperty(realm.array, realm.hand, () =>
      inspector.post('Runtime.callFunctionOn', {
        objectId: objects.objectId,
        functionDeclaration: `function () { ${expression}(this) }`,
        silent: true,
      }),
    )
    const taken = copyOf(realm.taken)
    realm.taken = null
    return taken
  }
  throw new Error('V8 does not know the context')
}

/** By its indices alone: no method of the other realm is called. */
function copyOf(array: unknown): object[] {
  const { length } = array as object[]
  const copy = new Array<object>(length)
  for (let i = 0; i < length; i++) copy[i] = (array as object[])[i] as object
  return copy
}

/** Whether each promise is pending, without asking the promise. */
export function arePending(promises: readonly object[]): boolean[] {
  if (promises.length === 0) return []
  const inspector = new OwnInspector()
  try {
    return promises.map((promise) => {
      const { objectId } = remote(inspector, promise)
      const { internalProperties } = inspector.post<{ internalProperties?: readonly Property[] }>(
        'Runtime.getProperties',
        { objectId, ownProperties: true },
      )
      inspector.post('Runtime.releaseObject', { objectId })
      return internalProperties?.find(({ name }) => name === '[[PromiseState]]')?.value?.value === 'pending'
    })
  } finally {
    inspector.close()
  }
}

/** Objects go to and from the inspector through a property that is there for that moment only. */
function withProperty<T>(holder: object, value: unknown, run: () => T): T {
  Object.defineProperty(holder, HAND_OVER, { value, configurable: true, enumerable: false, writable: false })
  try {
    return run()
  } finally {
    Reflect.deleteProperty(holder, HAND_OVER)
  }
}

function remote(inspector: OwnInspector, object: object): RemoteObject {
  return withProperty(globalThis, object, () =>
    inspector.post<{ result: RemoteObject }>('Runtime.evaluate', { expression: HAND_OVER }),
  ).result
}

function local(inspector: OwnInspector, object: RemoteObject): unknown {
  let taken: unknown
  const take = (value: unknown) => {
    taken = value
  }
  withProperty(globalThis, take, () =>
    inspector.post('Runtime.callFunctionOn', {
      objectId: object.objectId,
      functionDeclaration: `function () { ${HAND_OVER}(this) }`,
      silent: true,
    }),
  )
  return taken
}
