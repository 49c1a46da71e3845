import type { Frame } from './frame.js'
import type { KeptAlive } from './kept-alive.js'
import type { Leaf } from './leaf.js'
import type { LostFunctions } from './lost-function.js'
import type { OpenRequest } from './open-request.js'
import type { Task } from './task.js'

/** A task, a bare promise, or a leaf. */
export interface WaitNode {
  /** Unique in its graph; what edges and cycles refer to. */
  readonly id: number
  readonly kind: Leaf['kind']
  readonly label: string
  readonly task: Task | null
  /** Where it is suspended, innermost first. */
  readonly stack: readonly Frame[]
  readonly leaf: Leaf | null
  readonly threadId: number
}

/** From the waiter to what it waits for. */
export interface WaitEdge {
  readonly from: number
  readonly to: number
  /** What lies between: `Promise.all (index 0)`, `then`, a held resolver; null for a plain await. */
  readonly via: string | null
  /** `any`: one member of a `Promise.race` or `Promise.any`, which goes on without it if another comes first. */
  readonly mode: 'all' | 'any'
}

/** What waits for what. */
export interface WaitGraph {
  readonly nodes: readonly WaitNode[]
  readonly edges: readonly WaitEdge[]
  /** The node ids of each deadlock in order of waiting; the last waits for the first. */
  readonly cycles: readonly (readonly number[])[]
  /** What of the pending work is not in it, in a sentence; left out where all is. */
  readonly incomplete?: string
  /** HTTP requests that have no complete answer; left out if there are none, or the source cannot see them. */
  readonly requests?: readonly OpenRequest[]
  /** Functions that will never go on; left out if there are none, or the source cannot see them. */
  readonly lost?: readonly LostFunctions[]
  /** What keeps the event loop of the main thread alive; only in what the command prints as JSON. */
  readonly keptAlive?: readonly KeptAlive[]
}
