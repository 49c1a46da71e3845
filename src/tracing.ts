import type { ChildProcess } from 'node:child_process'
import { nobodyListens, setPromiseHooksDirectly } from './engine/direct-promise-hooks.js'
import { canTellOwn } from './engine/own-files.js'
import { endsWith, startsWith } from './engine/primordials.js'
import { listenToPromises } from './engine/promise-events.js'
import type { Realm } from './engine/realms.js'
import { addErrorPath, addFailurePath, areErrorPathsShown, showErrorPaths } from './error-paths.js'
import { extendErrorStacks, extendOnAbort } from './error-stacks.js'
import { watchAborts } from './patches/abort-signal.js'
import { patchAsyncResource } from './patches/async-resource.js'
import { patchChildProcess, type StartProcess, unwatchChannels, watchChannel } from './patches/child-process.js'
import { combinatorsOf, patchCombinators } from './patches/combinators.js'
import { patchEventPromises } from './patches/event-promises.js'
import { patchFromAsync } from './patches/from-async.js'
import { watchHttpRequests } from './patches/http-requests.js'
import { patchMessageChannel } from './patches/message-channel.js'
import { patchMessagePort } from './patches/message-port.js'
import { patchNativeCallbacks } from './patches/native-callbacks.js'
import { patchNextTick } from './patches/next-tick.js'
import { publishToESM, type Undo } from './patches/patch.js'
import { PoolTasks } from './patches/pool-task.js'
import { PoolifierJobs } from './patches/poolifier.js'
import { StoredCallbacks } from './patches/stored-callbacks.js'
import { patchStreamCallbacks } from './patches/stream-callbacks.js'
import { patchTimers } from './patches/timers.js'
import { patchWorker } from './patches/worker.js'
import { WorkerpoolJobs } from './patches/workerpool.js'
import { readRejections } from './record/failures.js'
import { acceleration, startRecognising, stopRecognising } from './record/known-stacks.js'
import * as recorder from './record/recorder.js'
import { samplingRate, setSampling } from './record/sampling.js'
import { startSweeping, stopSweeping } from './record/sweep.js'
import { noteUnhandled } from './record/unhandled.js'
import { nodeTests } from './testing/node-test-objects.js'
import { forgetEnds } from './threads/channel-ends.js'
import { findJobsBy, forgetJobs, jobIsNext, jobIsQueued, watchAnswersBy } from './threads/jobs.js'
import { pathsLost } from './threads/memory.js'
import { messages } from './threads/messages.js'
import { type ProcessChannel, startProcess } from './threads/processes.js'
import { addChannel } from './threads/travelling-ports.js'
import { startWorker } from './threads/worker-start.js'

/** Figures of tracing since it was last switched on. */
export interface TracingStatus {
  readonly enabled: boolean
  /** The share of root tasks that are followed: 1 for all. */
  readonly sample: number
  /** Number of captured stacks, including those that the accelerator recognized. */
  readonly captures: number
  /** True if the optional accelerator is used (docs/accelerator.md), otherwise the reason why not. */
  readonly accelerated: true | string
  /** Errors inside the tracer. None of them reached the program. */
  readonly faults: number
  /** The message of the last of these errors, or null. */
  readonly lastFault: string | null
  /** Messages between threads whose path was lost, and texts for which there was no room, in the whole process. */
  readonly pathsLost: number
}

/** What `switchOn` can change. */
interface SwitchOnOptions {
  readonly sample?: number | undefined
  readonly errorPaths?: boolean | undefined
  readonly errors?: boolean | undefined
  /** Default true. */
  readonly recordsErrors?: boolean
  /** Promises of the program's own may be there already. */
  readonly isAmidst?: boolean
}

let undo: Undo[] | null = null
let areErrorsRecorded = false

export function isOn(): boolean {
  return undo !== null
}

/** @param options what they leave out stays as it is; `sample` is 1 where tracing was off. */
export function switchOn(options: SwitchOnOptions = {}): void {
  const { sample, errors, errorPaths = errors, recordsErrors = true, isAmidst = false } = options
  if (errorPaths !== undefined) showErrorPaths(errorPaths)
  if (errors !== undefined) extendErrorStacks(errors)
  if (undo !== null) {
    if (sample !== undefined) setSampling(sample)
    if (recordsErrors) recordErrors()
    return
  }
  if (!canTellOwn) {
    sayCannotTrace()
    return
  }
  setSampling(sample ?? 1)
  recorder.startEpoch(isAmidst)
  const undone: Undo[] = []
  undo = undone
  if (recordsErrors) recordErrors()
  const isAlone = nobodyListens()
  const tasks = new PoolTasks(isOn, jobIsNext, addErrorPath)
  undone.push(...patchTimers(isOn), ...patchNextTick(isOn), ...patchCombinators(isOn), ...patchAsyncResource(isOn))
  const poolifier = new PoolifierJobs(isOn, areErrorPathsShown, addFailurePath)
  const onLibrary = (type: string, resource: object) => {
    if (endsWith(type, '.Task')) tasks.onTask(resource)
    else if (startsWith(type, 'poolifier:')) poolifier.onResource(type, resource)
    else if (startsWith(type, 'Test')) nodeTests.onResource(type, resource)
  }
  findJobsBy((payload, hidden) => poolifier.jobOf(payload, hidden))
  watchAnswersBy((payload) => poolifier.onAnswer(payload))
  const stored = new StoredCallbacks(isOn)
  undone.push(
    ...patchNativeCallbacks(onLibrary, () => stored.onConnect()),
    () => stored.undo(),
    () => tasks.undo(),
    () => poolifier.undo(),
  )
  const workerpool = new WorkerpoolJobs(isOn, jobIsNext, jobIsQueued, addErrorPath)
  const start: typeof startWorker = (construct, args) => {
    workerpool.onWorker(start)
    return startWorker(construct, args)
  }
  undone.push(...patchWorker(isOn, start), () => workerpool.undo(), ...patchMessageChannel(isOn, addChannel))
  undone.push(...patchMessagePort(isOn, messages), forgetEnds, forgetJobs)
  const startChild: StartProcess = (child, spawn, options) => {
    workerpool.onWorker(startChild)
    return startProcess(child, spawn, options, watchProcess)
  }
  undone.push(...patchChildProcess(isOn, startChild), unwatchChannels)
  undone.push(
    watchAborts(isOn, extendOnAbort),
    ...patchStreamCallbacks(isOn),
    ...patchEventPromises(isOn),
    patchFromAsync(isOn),
    ...watchHttpRequests(isOn),
  )
  publishToESM()
  startRecognising()
  startSweeping()
  const events = {
    init: recorder.onInit,
    before: recorder.onBefore,
    after: recorder.onAfter,
    settled: recorder.onSettled,
    species: recorder.onSpecies,
    combinators: (realm: Realm) => combinatorsOf(isOn, realm),
  }
  undone.push(listenToPromises(events))
  if (isAlone) setPromiseHooksDirectly([events.init, events.before, events.after, events.settled])
}

let isSaid = false

function sayCannotTrace(): void {
  if (isSaid) return
  isSaid = true
  process.stderr.write(
    'async-trace: a bundler has mixed its code with the rest, so that its own frames cannot be told. Tracing is off. ' +
      'Let the bundler use the export condition "module", or leave async-trace out of the bundle ("external").\n',
  )
}

/** From now on also the paths of errors, if tracing is on. */
export function recordErrors(): void {
  if (undo === null || areErrorsRecorded) return
  areErrorsRecorded = true
  const stop = readRejections(noteUnhandled)
  undo.push(() => {
    areErrorsRecorded = false
    stop()
  })
}

/** A traced process at the other end of a channel. */
function watchProcess(target: ChildProcess | NodeJS.Process, channel: ProcessChannel): void {
  watchChannel(isOn, target, channel)
}

/** In a process that a traced one has started. */
export function watchParent(channel: ProcessChannel): void {
  watchProcess(process, channel)
}

/** Switches tracing off, newest patch first, and drops what was recorded. */
export function switchOff(): void {
  if (undo === null) return
  const undone = undo
  undo = null
  for (const step of undone.reverse()) step()
  publishToESM()
  stopSweeping()
  stopRecognising()
  showErrorPaths(false)
  extendErrorStacks(false)
  recorder.endEpoch()
}

export function status(): TracingStatus {
  const { captures, faults, lastFault } = recorder.recorderCounts()
  const lost = pathsLost()
  return Object.freeze({
    enabled: isOn(),
    sample: samplingRate(),
    captures,
    accelerated: acceleration(),
    faults,
    lastFault,
    pathsLost: lost,
  })
}
