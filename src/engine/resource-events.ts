import { createHook } from 'node:async_hooks'

/** A resource of Node's (a native operation, a tick, a microtask) was created. */
export type ResourceListener = (type: string, resource: object, asyncId: number, triggerAsyncId: number) => void

/**
 * Listens until the returned function is called. `trackPromises: false` spares promises from 24 on; 20
 * and 22 ignore it and report them as well. Source: nodejs.org/api/async_hooks.html
 */
export function listenToResources(listener: ResourceListener): () => void {
  const hook = createHook({
    init(asyncId: number, type: string, triggerAsyncId: number, resource: object) {
      if (type !== 'PROMISE') listener(type, resource, asyncId, triggerAsyncId)
    },
    trackPromises: false,
  } as Parameters<typeof createHook>[0])
  hook.enable()
  return () => {
    hook.disable()
  }
}
