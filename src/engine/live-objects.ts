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
function withHandOver<T>(value: unknown, run: (expression: string) => T): T {
  Object.defineProperty(globalThis, HAND_OVER, { value, configurable: true, enumerable: false, writable: false })
  try {
    return run(HAND_OVER)
  } finally {
    Reflect.deleteProperty(globalThis, HAND_OVER)
  }
}

function remote(inspector: OwnInspector, object: object): RemoteObject {
  return withHandOver(object, (expression) =>
    inspector.post<{ result: RemoteObject }>('Runtime.evaluate', { expression }),
  ).result
}

function local(inspector: OwnInspector, object: RemoteObject): unknown {
  let taken: unknown
  const take = (value: unknown) => {
    taken = value
  }
  withHandOver(take, (expression) =>
    inspector.post('Runtime.callFunctionOn', {
      objectId: object.objectId,
      functionDeclaration: `function () { ${expression}(this) }`,
      silent: true,
    }),
  )
  return taken
}
