import { liveSites, synchronousPart } from '../engine/call-sites.js'
import { asWritten } from '../engine/compiled-calls.js'
import type { Site } from '../engine/site.js'
import type { Task } from '../model/task.js'
import { isResumedFunctionUncertain, resumedFunction } from '../record/recorder.js'
import { creationPath } from './creation-path.js'

/** The code that asks. */
export interface Running {
  /** Null where tracing cannot know it. */
  readonly task: Task | null
  /** The promise of the function that was resumed; null where none was. */
  readonly promise: object | null
  /** The program's own places on the stack, innermost first. */
  readonly sites: readonly Site[]
}

export function running(): Running {
  const { currentTask: task } = creationPath({ internals: false, limit: Number.POSITIVE_INFINITY })
  const sites = asWritten(synchronousPart(liveSites())).filter((site) => !site.isInternal)
  // V8 makes a module's promise before the module runs: what it made by hand is none of its own.
  const isUnknown = sites.at(-1)?.isModule === true && isResumedFunctionUncertain()
  return { task, promise: isUnknown ? {} : resumedFunction(), sites }
}

/** No code of the program's runs: an event that is being emitted has reached all its listeners. */
export function isProgramIdle(): boolean {
  return !liveSites().some(({ isInternal, isAwaiting, script }) => !isInternal && !isAwaiting && script !== '')
}
