import type { Frame } from './frame.js'
import type { ResourceUse } from './resource-use.js'

/** What a leaf of the wait graph is. */
export type LeafKind =
  | 'timer'
  | 'socket'
  | 'server'
  | 'file'
  | 'process'
  | 'worker'
  | 'event'
  | 'task'
  | 'promise'
  | 'operation'
  /** A pool, a lock, a limiter: something that has a queue. */
  | 'resource'

/** What a task waits for at the bottom: what would wake it. */
export interface Leaf {
  readonly kind: LeafKind
  /** One line for a person: `setTimeout 5000 ms, 1.2 s remaining`, `socket 127.0.0.1:5432`. */
  readonly label: string
  /** Where it was made; null where that is not known. */
  readonly createdAt: Frame | null
  /** Of a timer. */
  readonly delayMs?: number
  /** Of a timer, at the time of the capture; never negative. */
  readonly remainingMs?: number
  /** Of a socket or server: `address:port`, or a path. */
  readonly local?: string
  /** Of a socket: `address:port`. */
  readonly remote?: string
  /** A worker thread would wake it. Left out for all else. */
  readonly isOfWorker?: true
  /** Of a task: its id in its thread. */
  readonly taskId?: number
  /** Why it can no longer happen: `the socket was destroyed`. Left out if it still can, or if that is unknown. */
  readonly never?: string
  /** What is wrong with what would wake it: `Redis is not connected`. Left out if nothing is known to be. */
  readonly trouble?: string
  /** Of a resource that has a queue. */
  readonly use?: ResourceUse
}
