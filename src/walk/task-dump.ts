import { threadId } from 'node:worker_threads'
import { sourceLine } from '../engine/source-text.js'
import type { TraceFrame } from '../model/async-trace.js'
import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { Task } from '../model/task.js'
import type { SourceFrame, TaskDump, TaskInfo, TaskState, ThreadDump } from '../model/task-dump.js'
import { BOTTOM } from '../record/hop.js'
import { currentOrigin } from '../record/present.js'
import type { Chain } from './chains.js'
import { creationOfTask, unknownCreation } from './creation-path.js'
import { frameAt } from './frame-at.js'
import { type Moment, readMoment } from './moment.js'
import type { Running } from './running.js'

/** Every pending task of this thread. Nothing of the program's runs, and nothing of ours is listed. */
export function dumpTasks(includeStacks: boolean, moment: Moment = readMoment()): TaskDump {
  const { now, chains, callbacks, takenAtMs, startedMs, incomplete } = moment
  const tasks: TaskInfo[] = []
  let isRunningListed = now.task === null || now.sites.length === 0
  for (const chain of [...chains.all, ...callbacks]) {
    const isRunning = !isRunningListed && chain.innermost.on === now.promise && chain.recordedTask.id === now.task?.id
    if (isRunning) isRunningListed = true
    const info = infoOf(chain, moment, includeStacks, isRunning ? now : null)
    if (info !== null) tasks.push(info)
  }
  if (!isRunningListed) tasks.push(runningInfo(now, takenAtMs, includeStacks))
  const pauseMs = performance.now() - startedMs
  const name = threadId === 0 ? 'main' : `worker ${threadId}`
  const thread: ThreadDump = Object.freeze({
    threadId,
    name,
    state: 'answered',
    pauseMs,
    stack: Object.freeze([]),
    ...(incomplete === null ? null : { incomplete }),
  })
  return Object.freeze({
    version: 1,
    pid: process.pid,
    takenAtMs,
    threads: Object.freeze([thread]),
    tasks: Object.freeze(tasks),
  })
}

function infoOf(
  chain: Chain,
  { waits, chains, leaves, takenAtMs }: Moment,
  includeStacks: boolean,
  now: Running | null,
): TaskInfo | null {
  const shown = chain.waits.map((wait) => waits.frameOf(wait)).filter((frame) => frame !== null)
  // Node's own: nobody of the program's called it.
  if (now === null && shown.length === 0 && chain.waits.some((wait) => waits.isHidden(wait))) return null
  const { task, innermost } = chain
  const createdPath = includeStacks ? chains.creationOf(chain) : null
  if (now !== null) return info(task, 'RUNNING', [...shown, ...liveFrames(now)], takenAtMs, null, createdPath)
  const state = waits.isPending(innermost.on) ? 'PENDING' : 'READY'
  const below = leaves.below(innermost.on)
  const known = info(task, state, shown, takenAtMs, below, createdPath)
  if (!includeStacks || !chain.waits.every((wait) => waits.isUnrecorded(wait))) return known
  return Object.freeze({ ...known, createdPath: Object.freeze(unknownCreation()) })
}

function runningInfo(now: Running, takenAtMs: number, includeStacks: boolean): TaskInfo {
  const task = now.task as Task
  const createdPath = includeStacks ? creationOfTask(currentOrigin(), task, now.sites.slice(-BOTTOM)) : null
  return info(task, 'RUNNING', liveFrames(now), takenAtMs, null, createdPath)
}

function info(
  task: Task,
  state: TaskState,
  shown: readonly Frame[],
  takenAtMs: number,
  waitingOn: Leaf | null,
  /** Null where stacks are not asked for. */
  createdPath: readonly TraceFrame[] | null,
): TaskInfo {
  const frames = shown.map(sourceFrame)
  return Object.freeze({
    task,
    state,
    functionExecuting: frames[0]?.name ?? '<unknown>',
    currentFrame: frames.at(-1) ?? null,
    ageMs: Math.max(0, takenAtMs - task.createdAtMs),
    waitingOn,
    ...(createdPath !== null && { stack: Object.freeze(frames), createdPath: Object.freeze(createdPath) }),
  })
}

function liveFrames({ sites }: Running): Frame[] {
  return sites.map((site) => frameAt(site, '')).reverse()
}

function sourceFrame(frame: Frame): SourceFrame {
  const source = frame.filename === null || frame.line === null ? null : sourceLine(frame.filename, frame.line)
  return Object.freeze({ ...frame, source })
}
