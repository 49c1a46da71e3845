import { nobodyListens, setPromiseHooksDirectly } from './engine/direct-promise-hooks.js'
import { listenToPromises } from './engine/promise-events.js'
import { patchAsyncResource } from './patches/async-resource.js'
import { patchCombinators } from './patches/combinators.js'
import { patchNativeCallbacks } from './patches/native-callbacks.js'
import { publishToESM, type Undo } from './patches/patch.js'
import { patchTimers } from './patches/timers.js'
import { startSweeping, stopSweeping } from './record/pending-stacks.js'
import * as recorder from './record/recorder.js'
import { samplingRate, setSampling } from './record/sampling.js'

/** What tracing has done and met since it was last switched on. */
export interface TracingStatus {
  readonly enabled: boolean
  /** The share of root tasks that are followed: 1 for all. */
  readonly sample: number
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

/** @param sample the share of root tasks to follow; by default as before, or 1 where tracing was off. */
export function switchOn(sample?: number): void {
  if (undo !== null) {
    if (sample !== undefined) setSampling(sample)
    return
  }
  setSampling(sample ?? 1)
  recorder.startEpoch()
  const isAlone = nobodyListens()
  const undone: Undo[] = []
  undo = undone
  undone.push(...patchTimers(isOn), ...patchCombinators(isOn), ...patchAsyncResource(isOn), ...patchNativeCallbacks())
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
  return Object.freeze({ enabled: isOn(), sample: samplingRate(), captures, faults, lastFault })
}
