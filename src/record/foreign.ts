import type { Site } from '../engine/site.js'
import type { Boundary } from '../model/task.js'
import { Origin } from './origin.js'

/** A task of another thread, as that thread described it. */
export interface ForeignTask {
  readonly id: number
  readonly name: string
  readonly kind: 'root' | Boundary
  readonly threadId: number
  readonly createdAtMs: number
}

/** One place of another thread's path, not yet mapped. */
export interface ForeignStep {
  readonly site: Site | null
  /** For what is no place in the code. */
  readonly note: string | null
  readonly boundary: Boundary | null
  readonly task: ForeignTask | null
  readonly threadId: number
  readonly turns: number
  /** Steps of one repeated group share a number; 0 for a step that stands alone. */
  readonly group: number
}

/** The path of the code that sent a message or a job, innermost first. */
export interface ForeignPath {
  readonly steps: readonly ForeignStep[]
  /** The root task of the thread where the path ends. */
  readonly root: ForeignTask
}

/**
 * Stands where a chain of origins goes on in another thread: what handles a message has it as its parent.
 * `kind` is `executor` for a pool's job, else `worker`.
 */
export class ForeignOrigin extends Origin {
  /** Null where it is not known who sent the message; read as null where what was told cannot be believed. */
  readonly path: { read(): ForeignPath | null } | null
  readonly createdAtMs: number

  constructor(
    path: { read(): ForeignPath | null } | null,
    kind: 'executor' | 'worker',
    createdAtMs: number,
    epoch: number,
    foldIn: number,
  ) {
    super(null, 0, null, kind, epoch, foldIn)
    this.path = path
    this.createdAtMs = createdAtMs
  }
}
