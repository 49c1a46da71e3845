import type { Origin } from './origin.js'
import { originOfResource } from './present.js'

/** The origins of listening handles by their async id, for as long as the handles live. */
export class ServerOrigins {
  readonly #handles = new Map<number, WeakRef<object>>()
  readonly #closed = new FinalizationRegistry<number>((asyncId) => this.#handles.delete(asyncId))

  add(asyncId: number, handle: object): void {
    this.#handles.set(asyncId, new WeakRef(handle))
    this.#closed.register(handle, asyncId)
  }

  get(asyncId: number): Origin | null {
    const handle = this.#handles.get(asyncId)?.deref()
    return handle === undefined ? null : originOfResource(handle)
  }
}
