import { deref, OwnFinalizationRegistry, OwnMap, WeakRefOfRealm } from '../engine/primordials.js'
import type { Origin } from './origin.js'
import { originOfResource } from './present.js'

/** The origins of listening handles by their async id, for as long as the handles live. */
export class ServerOrigins {
  readonly #handles = new OwnMap<number, WeakRef<object>>()
  readonly #closed = new OwnFinalizationRegistry<number>((asyncId) => this.#handles.delete(asyncId))

  add(asyncId: number, handle: object): void {
    this.#handles.set(asyncId, new WeakRefOfRealm(handle))
    this.#closed.register(handle, asyncId)
  }

  get(asyncId: number): Origin | null {
    const ref = this.#handles.get(asyncId)
    const handle = ref === undefined ? undefined : deref(ref)
    return handle === undefined ? null : originOfResource(handle)
  }
}
