import type { Frame } from './frame.js'
import type { Leaf } from './leaf.js'
import type { LostFunctions } from './lost-function.js'
import type { Task } from './task.js'
import type { TraceFrame } from './trace.js'

/** `READY`: the awaited promise has settled, and the task will run in one of the next microtasks. */
export type TaskState = 'RUNNING' | 'PENDING' | 'READY'

/** A frame with the text of its source line; null if the source cannot be read. */
export interface SourceFrame extends Frame {
  readonly source: string | null
}

/** A task that has not ended. */
export interface TaskInfo {
  readonly task: Task
  readonly state: TaskState
  /** The outermost function of the task. */
  readonly functionExecuting: string
  /** Where it is suspended. */
  readonly currentFrame: SourceFrame | null
  /** Time since its creation; `NaN` (null in JSON) if that was not recorded. */
  readonly ageMs: number
  readonly waitingOn: Leaf | null
  /** Outermost first: the chain of directly awaited functions down to `currentFrame`. */
  readonly stack?: readonly SourceFrame[]
  readonly createdPath?: readonly TraceFrame[]
}

/** A thread of the process, and how it responded. */
export interface ThreadDump {
  readonly threadId: number
  /** `main`, or the worker's name. */
  readonly name: string
  /** `busy`: it did not respond in time, or is running synchronous code; tasks may be missing. */
  readonly state: 'answered' | 'busy'
  /** How long the dump paused the thread; null if it did not respond. */
  readonly pauseMs: number | null
  /** The synchronous stack of a busy thread, innermost first; empty if it could not be read. */
  readonly stack: readonly Frame[]
  /** What may be missing, in a sentence; left out if nothing is. */
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
  /** Functions that will never continue; left out if none are known. */
  readonly lost?: readonly LostFunctions[]
}

/** The property of a dump for them. */
export function lostInDump(lost: readonly LostFunctions[]): Pick<TaskDump, 'lost'> {
  return lost.length === 0 ? {} : { lost: Object.freeze([...lost]) }
}
