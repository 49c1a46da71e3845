import type { Frame } from './frame.js'
import type { KeptAlive } from './kept-alive.js'
import type { Leaf } from './leaf.js'
import type { LostFunctions } from './lost-function.js'
import type { OpenRequest } from './open-request.js'
import type { Task } from './task.js'

/** A task, a bare promise, or a leaf. */
export interface WaitNode {
  /** Unique in its graph; used by edges and cycles. */
  readonly id: number
  readonly kind: Leaf['kind']
  readonly label: string
  readonly task: Task | null
  /** Where it is suspended, innermost first. */
  readonly stack: readonly Frame[]
  readonly leaf: Leaf | null
  readonly threadId: number
}

/** An edge from a waiter to what it waits for. */
export interface WaitEdge {
  readonly from: number
  readonly to: number
  /** What is in between, such as `Promise.all (index 0)` or `then`; null for a plain await. */
  readonly via: string | null
  /** `any`: a member of a `Promise.race` or `Promise.any`, which continues when another member settles first. */
  readonly mode: 'all' | 'any'
}

/** What waits for what. */
export interface WaitGraph {
  readonly nodes: readonly WaitNode[]
  readonly edges: readonly WaitEdge[]
  /** The node ids of each deadlock, in waiting order; the last waits for the first. */
  readonly cycles: readonly (readonly number[])[]
  /** What may be missing, in a sentence; left out if nothing is. */
  readonly incomplete?: string
  /** HTTP requests that have no complete answer; left out if there are none, or the source cannot see them. */
  readonly requests?: readonly OpenRequest[]
  /** Functions that will never continue; left out if there are none, or if the source cannot see them. */
  readonly lost?: readonly LostFunctions[]
  /** What keeps the event loop of the main thread alive; only in the JSON output of the command. */
  readonly keptAlive?: readonly KeptAlive[]
}
