import type { Frame } from './frame.js'

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

/** What a task waits for at the bottom: what would wake it. */
export interface Leaf {
  readonly kind: LeafKind
  /** One line for a person: `setTimeout 5000 ms, 1200 ms remaining`, `socket 127.0.0.1:5432`. */
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
  /** Of a task: its id in its thread. */
  readonly taskId?: number
}
