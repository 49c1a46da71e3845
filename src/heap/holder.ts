import type { NumberPlace } from './number-place.js'
import type { Turns } from './own-turns.js'
import type { PartInUse } from './resource-parts.js'
import type { WaitedResource } from './waited-resources.js'

/** What will settle a promise. Nodes of the heap. */
export type Holder =
  /** A timer whose callback resolves it. */
  | { readonly kind: 'timer'; readonly node: number }
  /**
   * One of Node's objects that the event loop calls: one of the active `handle`s, or another one. `through` is the
   * program's object between it and the promise; `listedIn` is the property of it that is a list or map of resolvers.
   */
  | {
      readonly kind: 'handle' | 'operation'
      readonly node: number
      readonly through: number | null
      readonly listedIn: string | null
    }
  | ListenedEvent
  /** The promise of a `.then` whose callback can settle it. */
  | { readonly kind: 'promise'; readonly node: number }
  /** Suspended functions that alone hold it. */
  | { readonly kind: 'suspended'; readonly generators: readonly number[] }
  /** What `node:readline` or a web stream keeps: the key is the property's whole name. */
  | { readonly kind: 'internal'; readonly node: number; readonly key: string }
  | HeldResource
  /** An object of the program's own, with the path from it: `Mutex`, `.queue`. `users`: what can lead to it, if that was looked up. `turns`: of a queue, who takes turns in it. */
  | {
      readonly kind: 'object'
      readonly node: number
      readonly path: string
      readonly users?: PartInUse
      readonly turns?: Turns
    }
  /** A variable of the program's, with the path from it: `pool`, `.waiters`. */
  | { readonly kind: 'variable'; readonly name: string; readonly path: string; readonly turns?: Turns }
  /** The function whose promise it is: it is not suspended, so it runs, or will when its turn comes. */
  | { readonly kind: 'running'; readonly fn: number }
  | { readonly kind: 'nobody' }

/** A listener on an emitter or `EventTarget`. */
export interface ListenedEvent {
  readonly kind: 'event'
  readonly node: number
  /** Null for a name that may be a value of the program's. */
  readonly event: string | null
  /** `stream.finished()` or `pipeline()` listens: several events will do. */
  readonly isStreamEnd: boolean
}

/** A well-known pool or lock: the promise is in its queue. */
export interface HeldResource {
  readonly kind: 'resource'
  readonly node: number
  readonly resource: WaitedResource
  readonly inUse: readonly PartInUse[]
  /** Where the number is that says how many can use it; null for none. */
  readonly capacity: NumberPlace | null
}
