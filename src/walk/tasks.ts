import { isMainThread, threadId } from 'node:worker_threads'
import { freeze, OwnWeakMap } from '../engine/primordials.js'
import type { Frame } from '../model/frame.js'
import type { Task } from '../model/task.js'
import { ForeignOrigin, type ForeignTask } from '../record/foreign.js'
import { type Origin, ROOT } from '../record/origin.js'

const { timeOrigin } = performance
/** Numbers that the threads of a process do not share are kept apart by so many for each thread. */
const NUMBERS_PER_THREAD = 1_000_000
let rootId = threadId * NUMBERS_PER_THREAD + 1
let lastId = rootId
let nextOfProcess: (() => number) | null = null
let rootName = isMainThread ? 'Task-1' : `Worker-${threadId}`

/** The program itself. */
export function rootTask(): Task {
  const createdAtMs = timeOrigin
  if (rootId === 0) rootId = nextId()
  return freeze({ id: rootId, name: rootName, kind: 'root', threadId, createdAtMs, createdAt: null })
}

/** Numbers are taken from a count that all threads of the process share, so that no two tasks of a dump have the same. */
export function numberTasksBy(next: () => number): void {
  nextOfProcess = next
}

/** Has the root take a number of the process once it is looked at. */
export function numberRoot(): void {
  lastId = 0
  rootId = 0
}

export function lastTaskNumber(): number {
  return lastId
}

function nextId(): number {
  const next = nextOfProcess?.() ?? 0
  // Another thread may have put the count back.
  lastId = next > lastId ? next : lastId + 1
  return lastId
}

/** The task that an origin began. It gets its number when it is first looked at. */
export function taskOf(origin: Origin, createdAt: Frame | null): Task {
  if (origin === ROOT) return rootTask()
  origin.task ??= { id: 0, name: null }
  if (origin.task.id === 0) origin.task.id = nextId()
  const { id, name } = origin.task
  const createdAtMs = origin instanceof ForeignOrigin ? origin.createdAtMs : timeOrigin + (origin.stack?.atMs ?? 0)
  return freeze({
    id,
    name: name ?? `Task-${id}`,
    kind: origin.kind,
    threadId,
    createdAtMs,
    createdAt: createdAt === null ? null : freeze({ ...createdAt }),
  })
}

/** Ids are unique in their process only. */
export function isSameTask(a: Task, b: Task | null | undefined): boolean {
  return a.id === b?.id && a.threadId === b.threadId && a.createdAtMs === b.createdAtMs
}

/** A task of another thread. */
export function foreignTask(task: ForeignTask, createdAt: Frame | null): Task {
  return freeze({ ...task, createdAt: createdAt === null ? null : freeze({ ...createdAt }) })
}

const unknownTasks = new OwnWeakMap<object, Task>()

/** A task whose creation was not traced, by the promise of its function. */
export function unknownTask(promise: object, createdAtMs: number = timeOrigin): Task {
  let task = unknownTasks.get(promise)
  if (task === undefined) {
    const id = nextId()
    task = freeze({ id, name: `Task-${id}`, kind: 'async', threadId, createdAtMs, createdAt: null })
    unknownTasks.set(promise, task)
  }
  return task
}

/** @param origin the task; null for the root. */
export function nameTask(origin: Origin | null, name: string): void {
  if (origin === null) rootName = name
  else if (origin.task === null) origin.task = { id: 0, name }
  else origin.task.name = name
}
