import type { Frame } from './frame.js'
import type { ResourceUse } from './resource-use.js'

/** The kinds of leaves in a wait graph. */
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

/** The end of a chain of waits: the thing that would resume it. */
export interface Leaf {
  readonly kind: LeafKind
  /** One line of text: `setTimeout 5000 ms, 1.2 s remaining`, `socket 127.0.0.1:5432`. */
  readonly label: string
  /** Where it was created; null if unknown. */
  readonly createdAt: Frame | null
  /** Of a timer. */
  readonly delayMs?: number
  /** Of a timer, when the graph was captured; never negative. */
  readonly remainingMs?: number
  /** Of a socket or server: `address:port`, or a path. */
  readonly local?: string
  /** Of a socket: `address:port`. */
  readonly remote?: string
  /** True if a worker thread would resume it; otherwise left out. */
  readonly isOfWorker?: true
  /** True if a thread of libuv's thread pool has to do it; otherwise left out. */
  readonly usesThreadPool?: true
  /** Of a task: its id in its thread. */
  readonly taskId?: number
  /** Why it can no longer happen, such as `the socket was destroyed`. Left out if it still can, or if unknown. */
  readonly never?: string
  /** A known problem, such as `Redis is not connected`. */
  readonly trouble?: string
  /** Of a resource that has a queue. */
  readonly use?: ResourceUse
}
