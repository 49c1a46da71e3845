import { liveSites, synchronousPart } from '../engine/call-sites.js'
import { asWritten } from '../engine/compiled-calls.js'
import type { Site } from '../engine/site.js'
import type { Task } from '../model/task.js'
import { candidatesOfResumed, resumedFunction } from '../record/recorder.js'
import { creationPath } from './creation-path.js'
import { promiseOfRunning } from './function-promises.js'
import type { PresentWaits } from './present-waits.js'

/** The code that asks. */
export interface Running {
  /** Null where tracing cannot know it. */
  readonly task: Task | null
  /** The promise of the function that was resumed; null where none was. One that is not known is none of the program's. */
  readonly promise: object | null
  /** The program's own places on the stack, innermost first. */
  readonly sites: readonly Site[]
}

/** The same before it is known what waits for what. */
export interface RunningUnsettled extends Running {
  /** One of them is the promise; null if that is known. */
  readonly candidates: readonly object[] | null
  /** Where V8 says that the function is awaited; null if it does not. */
  readonly awaitedAt: Site | null
}

export function running(): RunningUnsettled {
  const { currentTask: task } = creationPath({ internals: false, limit: Number.POSITIVE_INFINITY })
  const live = liveSites()
  const synchronous = synchronousPart(live)
  const sites = asWritten(synchronous).filter((site) => !site.isInternal)
  const awaitedAt = live[synchronous.length] ?? null
  const candidates = candidatesOfResumed()
  // V8 makes a module's promise before the module runs: what it made by hand is none of its own.
  const isNone = candidates !== null && sites.at(-1)?.isModule === true
  return { task, promise: resumedFunction(), sites, candidates: isNone ? [] : candidates, awaitedAt }
}

/** By who awaits the function. */
export function settledRunning({ candidates, awaitedAt, ...now }: RunningUnsettled, waits: PresentWaits): Running {
  return candidates === null ? now : { ...now, promise: promiseOfRunning(candidates, awaitedAt, waits) ?? {} }
}

/** No code of the program's runs: an event that is being emitted has reached all its listeners. */
export function isProgramIdle(): boolean {
  return !liveSites().some(({ isInternal, isAwaiting, script }) => !isInternal && !isAwaiting && script !== '')
}
