import { createHook } from 'node:async_hooks'

/** A resource of Node's (a native operation, a tick, a microtask) was created. */
export type ResourceListener = (asyncId: number, type: string, triggerAsyncId: number, resource: object) => void

/**
 * Listens until the returned function is called. `trackPromises: false` spares promises from 24 on; 20
 * and 22 ignore it and report them as well, as 'PROMISE'. Source: nodejs.org/api/async_hooks.html
 *
 * @param listener is called by Node itself: each frame between would be in every raw stack.
 */
export function listenToResources(listener: ResourceListener): () => void {
  const hook = createHook({ init: listener, trackPromises: false } as Parameters<typeof createHook>[0])
  hook.enable()
  return () => {
    hook.disable()
  }
}
