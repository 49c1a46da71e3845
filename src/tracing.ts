import { nobodyListens, setPromiseHooksDirectly } from './engine/direct-promise-hooks.js'
import { listenToPromises } from './engine/promise-events.js'
import { patchAsyncResource } from './patches/async-resource.js'
import { patchCombinators } from './patches/combinators.js'
import { patchEventPromises } from './patches/event-promises.js'
import { patchNativeCallbacks } from './patches/native-callbacks.js'
import { publishToESM, type Undo } from './patches/patch.js'
import { patchTimers } from './patches/timers.js'
import { startSweeping, stopSweeping } from './record/pending-stacks.js'
import * as recorder from './record/recorder.js'

/** What tracing has done and met since it was last switched on. */
export interface TracingStatus {
  readonly enabled: boolean
  /** Raw stacks captured. */
  readonly captures: number
  /** Faults inside the tracer, none of which reached the program. */
  readonly faults: number
  /** The last fault's message, or null. */
  readonly lastFault: string | null
}

let undo: Undo[] | null = null

export function isOn(): boolean {
  return undo !== null
}

/** Switches tracing on; does nothing where it is on. */
export function switchOn(): void {
  if (undo !== null) return
  recorder.startEpoch()
  const isAlone = nobodyListens()
  const undone: Undo[] = []
  undo = undone
  undone.push(...patchTimers(isOn), ...patchCombinators(isOn), ...patchAsyncResource(isOn), ...patchNativeCallbacks())
  undone.push(...patchEventPromises(isOn))
  publishToESM()
  startSweeping(recorder.originOfResource)
  const events = {
    init: recorder.onInit,
    before: recorder.onBefore,
    after: recorder.onAfter,
    settled: recorder.onSettled,
    species: recorder.onSpecies,
  }
  undone.push(listenToPromises(events))
  if (isAlone) setPromiseHooksDirectly([events.init, events.before, events.after, events.settled])
}

/** Switches tracing off, newest patch first, and drops what was recorded. */
export function switchOff(): void {
  if (undo === null) return
  const undone = undo
  undo = null
  for (const step of undone.reverse()) step()
  publishToESM()
  stopSweeping()
  recorder.endEpoch()
}

export function status(): TracingStatus {
  const { captures, faults, lastFault } = recorder.recorderCounts()
  return Object.freeze({ enabled: isOn(), captures, faults, lastFault })
}
