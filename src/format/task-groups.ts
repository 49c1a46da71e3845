import type { Frame } from '../model/frame.js'
import type { TaskDump, TaskInfo, TaskState, ThreadDump } from '../model/task-dump.js'
import type { TraceFrame } from '../model/trace.js'
import { grouped } from './grouped.js'
import { placeKey } from './place-key.js'

const ORDER: Readonly<Record<TaskState, number>> = { RUNNING: 0, READY: 1, PENDING: 2 }

/** What of a task tells whether it is like another. */
interface AlikeTask extends Omit<TaskInfo, 'createdPath'> {
  readonly createdPath?: readonly (Frame & Pick<TraceFrame, 'boundary' | 'repeated'>)[]
}

/** Each thread with its tasks, by thread id; also a thread of which there are tasks only. */
export function tasksByThread(dump: TaskDump): { thread: ThreadDump; tasks: readonly TaskInfo[] }[] {
  const threads = new Map<number, { thread: ThreadDump; tasks: TaskInfo[] }>()
  for (const thread of dump.threads) threads.set(thread.threadId, { thread, tasks: [] })
  for (const task of dump.tasks) {
    const { threadId } = task.task
    const known = threads.get(threadId)
    if (known !== undefined) known.tasks.push(task)
    else threads.set(threadId, { thread: unlisted(threadId), tasks: [task] })
  }
  return [...threads.values()].sort((a, b) => a.thread.threadId - b.thread.threadId)
}

function unlisted(threadId: number): ThreadDump {
  const name = threadId === 0 ? 'main' : `worker ${threadId}`
  return { threadId, name, state: 'answered', pauseMs: null, stack: [] }
}

/**
 * Tasks that stand at the same await, wait for the same kind of thing and were created on the same path,
 * the oldest first; running groups before ready ones before pending ones, then by age.
 */
export function groupAlike<T extends AlikeTask>(tasks: readonly T[]): T[][] {
  const groups = grouped(tasks, alikeKey)
  for (const group of groups.values()) group.sort((a, b) => known(b.ageMs) - known(a.ageMs))
  const age = (group: readonly T[]) => known(group[0]?.ageMs ?? Number.NaN)
  const order = (group: readonly T[]) => (group[0] === undefined ? 0 : ORDER[group[0].state])
  return [...groups.values()].sort((a, b) => order(a) - order(b) || age(b) - age(a))
}

/** What is of unknown age stands last. */
function known(ageMs: number): number {
  return Number.isFinite(ageMs) ? ageMs : -1
}

/** The same text for tasks that are alike. */
export function alikeKey({
  task,
  state,
  functionExecuting,
  currentFrame,
  waitingOn,
  stack,
  createdPath,
}: AlikeTask): string {
  return [
    state,
    task.kind,
    functionExecuting,
    placeKey(currentFrame),
    ...(stack ?? []).map(placeKey),
    '',
    waitingOn?.kind,
    placeKey(waitingOn?.createdAt ?? null),
    placeKey(task.createdAt),
    ...(createdPath ?? []).map((frame) => `${placeKey(frame)}\0${frame.boundary}\0${frame.repeated}`),
  ].join('\n')
}
