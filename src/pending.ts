import { types } from 'node:util'
import { ArgumentError, checkCount, checkOptions, checkStream, checkType } from './model/argument-error.js'
import type { PromiseCallStack } from './model/promise-call-stack.js'
import type { TaskDump } from './model/task-dump.js'
import type { WaitGraph } from './model/wait-graph.js'
import { mute } from './record/recorder.js'
import { tell, untell } from './record/waits.js'
import {
  formatCallStack,
  formatTasks,
  formatWaitGraph,
  type TasksFormatOptions,
  type WaitGraphFormatOptions,
} from './showing.js'
import { callStackOf, presentCallStack } from './walk/call-stack.js'
import { dumpTasks } from './walk/task-dump.js'
import { waitGraph } from './walk/wait-graph.js'

/** What of the pending tasks is collected. */
export interface TasksOptions {
  /** Also each task's whole await chain and its path of creation. Default false. */
  readonly includeStacks?: boolean
}

/** Whose call stack is captured. */
export interface CallStackOptions {
  /** Default: the running task. */
  readonly promise?: Promise<unknown>
  /** At most so many levels of awaiters. Default: all. */
  readonly depth?: number
}

/** Where text goes. */
export interface StreamOptions {
  /** Default `process.stdout`. */
  readonly stream?: { write(text: string): unknown }
}

/**
 * Every pending task: where it is suspended, what it waits for, where it was created.
 *
 * @throws {TypeError} (as a rejection) for options that it does not take.
 */
export function getTasks(options?: TasksOptions): Promise<TaskDump> {
  return answered(() => {
    checkOptions(options)
    checkTasksOptions(options)
    return dumpTasks(options?.includeStacks === true)
  })
}

/** Prints every pending task. @throws {TypeError} (as a rejection) for options that it does not take. */
export function printTasks(options?: TasksOptions & TasksFormatOptions & StreamOptions): Promise<void> {
  return answered(() => {
    checkOptions(options)
    checkStream(options?.stream)
    checkTasksOptions(options)
    print(formatTasks(dumpTasks(options?.includeStacks !== false), options), options)
  })
}

/**
 * The async function behind a promise, the frames that it is suspended in, and everything that awaits it.
 * Without a promise, those of the running task; null outside any task.
 *
 * @throws {TypeError} for options that it does not take.
 */
export function captureCallStack(options?: CallStackOptions): PromiseCallStack | null {
  checkOptions(options)
  if (options?.promise !== undefined) checkPromise(options.promise, 'options.promise')
  checkCount(options?.depth, 'options.depth')
  const { promise, depth = Number.POSITIVE_INFINITY } = options ?? {}
  return promise === undefined ? presentCallStack(depth) : callStackOf(promise, depth)
}

/** Prints the call stack of a promise. @throws {TypeError} for options that it does not take. */
export function printCallStack(
  options?: CallStackOptions & Parameters<typeof formatCallStack>[1] & StreamOptions,
): void {
  checkOptions(options)
  checkStream(options?.stream)
  const callStack = captureCallStack(options)
  print(callStack === null ? '<no task is running>' : formatCallStack(callStack, options), options)
}

/**
 * Tells of a wait that leaves no event: `waiter` waits for `promise`. Until it is discarded, `promise` keeps
 * `waiter` alive.
 *
 * @throws {TypeError} unless both are promises.
 */
export function addToAwaitedBy(promise: Promise<unknown>, waiter: Promise<unknown>): void {
  checkPromise(promise, 'promise')
  checkPromise(waiter, 'waiter')
  tell(promise, waiter)
}

/**
 * Takes back what `addToAwaitedBy` told; does nothing where nothing was told.
 *
 * @throws {TypeError} unless both are promises.
 */
export function discardFromAwaitedBy(promise: Promise<unknown>, waiter: Promise<unknown>): void {
  checkPromise(promise, 'promise')
  checkPromise(waiter, 'waiter')
  untell(promise, waiter)
}

/** What waits for what, and the deadlocks. */
export function captureWaitGraph(options?: object): Promise<WaitGraph> {
  return answered(() => {
    checkOptions(options)
    return waitGraph()
  })
}

/** Prints what waits for what. @throws {TypeError} (as a rejection) for options that it does not take. */
export function printWaitGraph(options?: WaitGraphFormatOptions & StreamOptions): Promise<void> {
  return answered(() => {
    checkOptions(options)
    checkStream(options?.stream)
    print(formatWaitGraph(waitGraph(), options), options)
  })
}

/** A promise of what was found at once. No async function: the tracer's own work would be among the tasks. */
function answered<T>(answer: () => T): Promise<T> {
  let value: T
  try {
    value = answer()
  } catch (error) {
    return quietly(() => Promise.reject(error))
  }
  return quietly(() => Promise.resolve(value))
}

function print(text: string, options: StreamOptions | undefined): void {
  const stream = options?.stream ?? process.stdout
  stream.write(`${text}\n`)
}

function checkTasksOptions(options: TasksOptions | undefined): void {
  checkType(options?.includeStacks, 'boolean', 'options.includeStacks')
}

function checkPromise(value: unknown, argument: string): void {
  if (!types.isPromise(value)) throw new ArgumentError('ERR_INVALID_ARG_TYPE', argument, 'a promise', value)
}

function quietly<T>(run: () => T): T {
  const before = mute(true)
  try {
    return run()
  } finally {
    mute(before)
  }
}
