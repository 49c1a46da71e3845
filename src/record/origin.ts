import type { UnreadStack } from '../engine/call-sites.js'
import { isArray, trunc } from '../engine/primordials.js'
import type { Site } from '../engine/site.js'
import type { Boundary } from '../model/task.js'
import type { Fate } from './fate.js'

/** Frames of one raw stack. What a deeper stack loses is shown as a gap. */
export const MAX_FRAMES = 200

/** As V8 captured it, or its places where it is known already (known-stacks.ts). */
export type RawStack = Error | readonly Site[]

const KNOWN = 1
const CUT_OFF = 2
const RESUMED = 4

/** One raw stack. It is kept raw until somebody reads it or it has been pending for long. */
export class CapturedStack {
  /** Null once it is read. */
  raw: UnreadStack | null = null
  sites: readonly Site[] | null = null
  private bits: number
  /** How many of the lowest frames belong to code that was interrupted, as by a context that runs its own microtasks. */
  framesBelow = 0
  /** Of an await: how many promises of running functions were noted, and of those made by hand; -1 if not counted. */
  activations = -1
  /** `performance.now()` at the capture, in whole milliseconds: a fraction would cost an object of its own. */
  readonly atMs: number

  constructor(raw: RawStack | null, atMs: number) {
    const isKnown = isArray(raw)
    if (isKnown) this.sites = raw as readonly Site[]
    else this.raw = raw as Error | null
    this.bits = isKnown ? KNOWN : 0
    this.atMs = trunc(atMs)
  }

  /** True where its places were known when it was met: there never was a raw stack to read. */
  get isKnown(): boolean {
    return (this.bits & KNOWN) !== 0
  }

  /** True where the stack was deeper than what was captured of it. */
  get isCutOff(): boolean {
    return (this.bits & CUT_OFF) !== 0
  }

  set isCutOff(is: boolean) {
    this.bits = is ? this.bits | CUT_OFF : this.bits & ~CUT_OFF
  }

  /** Of an await: whether a reaction ran that had resumed a function. That one is not counted. */
  get hasResumed(): boolean {
    return (this.bits & RESUMED) !== 0
  }

  set hasResumed(is: boolean) {
    this.bits = is ? this.bits | RESUMED : this.bits & ~RESUMED
  }
}

/** What one origin adds to a path. */
export interface Hop {
  /** Innermost first. */
  readonly sites: readonly Site[]
  /** The first place that lies beyond the boundary; -1 where this hop crosses none. */
  readonly boundaryAt: number
  readonly boundary: Boundary | null
  /** The origin that stands for the task that the boundary created. */
  readonly task: Origin | null
  /** The function that this origin resumes, where it has to be named: one that a compiler has made; else null. */
  readonly own: Site | null
  /** The lowest places of the stack, one of which is the function that the parent origin resumed. */
  readonly bottom: readonly Site[]
  /** True if something that was not recorded lies between this hop and the one before it. */
  readonly hasGap: boolean
  /** False where the stack does not hold the function that this origin resumed: nothing can be said. */
  readonly isCertain: boolean
  /** True where the stack was deeper than what was captured of it. */
  readonly isCutOff: boolean
}

/** A group of hops that repeats, or a gap. */
export interface Fold {
  /** The hops of one turn, newest first; empty for a gap. */
  readonly hops: readonly Hop[]
  /** How many turns there were. */
  readonly turns: number
  /** How many hops a gap stands for; 0 for a group. */
  readonly leftOut: number
}

/** What a user can see of a task, made when it is first looked at. */
export interface TaskIdentity {
  id: number
  name: string | null
}

/**
 * Where a piece of asynchronous work comes from: a raw stack, how many async functions of that stack to
 * leave behind, and the origin of the code that was running then.
 */
export class Origin {
  /** Null for a folded group and for a gap. */
  readonly stack: CapturedStack | null
  /**
   * 0: all of the stack is the path (a `.then`, a timer, a native operation), or a compiler's helper waits.
   * With the kind `microtask`, others are explained in `thenable-job.ts`.
   * n: the path begins below the n-th async function of the stack, the one that this origin resumes.
   */
  level: number
  /** The origin of the code that was running at the capture; null where tracing does not know it. */
  parent: Origin | null
  /**
   * The origin of the caller, if the caller awaited this call directly; SEGMENT if the resumed function did. Of a `.then`
   * in an executor: what was then begun at the executor's promise at once. It counts where a compiler's helper called both.
   */
  awaiter: Origin | null = null
  kind: Boundary
  /** Tracing is switched on in epochs: what an earlier one recorded is not read in a later one. */
  readonly epoch: number
  /** How many more hops may follow before the chain is folded. */
  foldIn: number
  task: TaskIdentity | null = null
  /** Set once the chain from here on has been folded: what new work should have as its parent. */
  folded: Origin | null = null
  /** Neighbours in the list of origins whose work is pending; both null outside it. */
  newer: Origin | null = null
  older: Origin | null = null
  /** What has become of its function, where that is watched. */
  fate: Fate | null = null
  /** What a folded chain has in place of a stack. */
  fold: Fold | null = null

  constructor(
    stack: CapturedStack | null,
    level: number,
    parent: Origin | null,
    kind: Boundary,
    epoch: number,
    foldIn: number,
  ) {
    this.stack = stack
    this.level = level
    this.parent = parent
    this.kind = kind
    this.epoch = epoch
    this.foldIn = foldIn
  }
}

/** In place of what lies beyond a root task that sampling does not follow. */
export const NOT_FOLLOWED: Fold = { hops: [], turns: 1, leftOut: 0 }

/** The program's main script: the end of every path that is known to its beginning. */
export const ROOT = new Origin(null, 0, null, 'async', -1, 64)

/** Whether a path ends here. */
export function isEnd(origin: Origin): boolean {
  return origin === ROOT || origin.fold === NOT_FOLLOWED
}

/** Stands for the function that was resumed in a segment, where it is the awaiter. */
export const SEGMENT = new Origin(null, 0, null, 'async', -1, 64)
