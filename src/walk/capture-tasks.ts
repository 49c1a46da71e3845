import { threadId } from 'node:worker_threads'
import { now as msSinceStart } from '../engine/real-clock.js'
import { sourceLine } from '../engine/source-text.js'
import { type Frame, innermostInFile } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { Task } from '../model/task.js'
import {
  lostInDump,
  type SourceFrame,
  type TaskDump,
  type TaskInfo,
  type TaskState,
  type ThreadDump,
} from '../model/task-dump.js'
import type { TraceFrame } from '../model/trace.js'
import { BOTTOM } from '../record/hop.js'
import { currentOrigin } from '../record/present.js'
import type { Behind } from '../waits/graph.js'
import { framesOf } from '../waits/net.js'
import { waitingOn } from '../waits/waiting-on.js'
import { collectedFunctions } from './collected-functions.js'
import { creationOfTask } from './creation-path.js'
import { frameAt } from './frame-at.js'
import { type Moment, readMoment } from './moment.js'
import { unknownCreation } from './path-walk.js'
import type { PresentWait } from './present-wait.js'
import type { Running } from './running.js'

/** Every pending task of this thread. None of the program's code runs, and nothing of ours is listed. */
export function dumpTasks(includeStacks: boolean, moment: Moment = readMoment()): TaskDump {
  const { graph, behind, now, takenAtMs, startedMs, incomplete } = moment
  const waitsFor = waitingOn(graph)
  const tasks: TaskInfo[] = []
  let isRunningListed = now.task === null || now.sites.length === 0
  for (const { id, task } of graph.nodes) {
    const waiting = waitingTask(behind.get(id))
    if (waiting === null || task === null) continue
    if (waiting.awaits === null && isRunningListed) continue
    if (waiting.awaits === null) isRunningListed = true
    tasks.push(infoOf(task, waiting, waitsFor(id), moment, includeStacks))
  }
  if (!isRunningListed) tasks.push(runningInfo(now, takenAtMs, includeStacks))
  const pauseMs = msSinceStart() - startedMs
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
    ...lostInDump(collectedFunctions()),
  })
}

/** The functions or callbacks of a task. */
interface WaitingTask {
  /** Outermost first. */
  readonly frames: readonly Frame[]
  /** The recorded waits of its functions or callbacks, outermost first. */
  readonly waits: readonly PresentWait[]
  /** What the innermost waits for; null while it runs. */
  readonly awaits: object | null
}

function waitingTask(behind: Behind | undefined): WaitingTask | null {
  if (behind?.kind === 'functions') {
    const begun = behind.chain.filter(({ awaits }) => awaits !== null)
    const suspended = begun.filter(({ hasReturned }) => !hasReturned)
    return {
      frames: begun.flatMap(framesOf),
      waits: (suspended.length > 0 ? suspended : begun).map(({ id }) => id as PresentWait),
      awaits: (behind.chain.at(-1)?.awaits ?? null) as object | null,
    }
  }
  if (behind?.kind !== 'callbacks') return null
  const { settlings, awaits } = behind.chain
  const frames = settlings.map(({ callback }) => callback.frame)
  return { frames, waits: settlings.map(({ callback }) => callback.id as PresentWait), awaits: awaits as object }
}

function infoOf(
  task: Task,
  { frames, waits: own, awaits }: WaitingTask,
  below: Leaf | null,
  { waits, tasks, now, takenAtMs }: Moment,
  includeStacks: boolean,
): TaskInfo {
  const [outermost] = own
  if (outermost === undefined) return runningInfo(now, takenAtMs, includeStacks)
  const createdPath = includeStacks ? tasks.creationOf(task, outermost, own.at(-1) ?? outermost) : null
  if (awaits === null) return info(task, 'RUNNING', [...frames, ...liveFrames(now)], takenAtMs, null, createdPath)
  const known = info(task, waits.isPending(awaits) ? 'PENDING' : 'READY', frames, takenAtMs, below, createdPath)
  if (!includeStacks || !own.every((wait) => waits.isUnrecorded(wait))) return known
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
    currentFrame: innermostInFile(frames),
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
