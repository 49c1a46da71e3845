import type { Frame } from './frame.js'
import type { Leaf } from './leaf.js'
import type { LostFunctions } from './lost-function.js'
import type { Task } from './task.js'
import type { TraceFrame } from './trace.js'

/** READY: what the task awaits has settled, it has yet to run. */
export type TaskState = 'RUNNING' | 'PENDING' | 'READY'

/** A frame with the text of its line; null where the source cannot be read. */
export interface SourceFrame extends Frame {
  readonly source: string | null
}

/** One task of the process that has not ended. */
export interface TaskInfo {
  readonly task: Task
  readonly state: TaskState
  /** The outermost function of the task. */
  readonly functionExecuting: string
  /** Where it is suspended. */
  readonly currentFrame: SourceFrame | null
  /** Since its creation; `NaN` (null in JSON) where nothing recorded it: in a process that loaded nothing. */
  readonly ageMs: number
  readonly waitingOn: Leaf | null
  /** Outermost first: the chain of directly awaited functions down to `currentFrame`. */
  readonly stack?: readonly SourceFrame[]
  readonly createdPath?: readonly TraceFrame[]
}

/** One thread of the process, and how it answered. */
export interface ThreadDump {
  readonly threadId: number
  /** `main`, or the worker's name. */
  readonly name: string
  /** `busy`: did not answer within the time limit, or runs synchronous code; its tasks may be missing. */
  readonly state: 'answered' | 'busy'
  /** How long the thread stood still for the dump; null where it did not answer. */
  readonly pauseMs: number | null
  /** The synchronous stack of a busy thread, innermost first, where it can be had. */
  readonly stack: readonly Frame[]
  /** What of its pending work is not listed, in a sentence; left out where all is. */
  readonly incomplete?: string
}

/** A thread dump of the event loops of a process. */
export interface TaskDump {
  readonly version: 1
  /** `NaN` (null in JSON) for a heap snapshot file. */
  readonly pid: number
  /** Milliseconds since the Unix epoch; for a heap snapshot file, when it was last written. */
  readonly takenAtMs: number
  readonly threads: readonly ThreadDump[]
  readonly tasks: readonly TaskInfo[]
  /** Functions that will never go on; left out where none are known. */
  readonly lost?: readonly LostFunctions[]
}

/** The property of a dump for them. */
export function lostInDump(lost: readonly LostFunctions[]): Pick<TaskDump, 'lost'> {
  return lost.length === 0 ? {} : { lost: Object.freeze([...lost]) }
}
