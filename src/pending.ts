import { types } from 'node:util'
import { askBelow } from './engine/await-probe.js'
import { withOriginalBuiltins } from './engine/original-builtins.js'
import { PromiseOfRealm } from './engine/primordials.js'
import { ArgumentError, checkCount, checkOptions, checkStream, checkType } from './model/argument-error.js'
import type { PromiseCallStack } from './model/promise-call-stack.js'
import type { TaskDump } from './model/task-dump.js'
import type { WaitGraph } from './model/wait-graph.js'
import { mute } from './record/recorder.js'
import { tell, untell } from './record/wait-links.js'
import {
  formatCallStack,
  formatTasks,
  formatWaitGraph,
  type TasksFormatOptions,
  type WaitGraphFormatOptions,
} from './showing.js'
import { collectThreads } from './threads/all-threads.js'
import { callStackOf, presentCallStack } from './walk/call-stack.js'
import { waitGraph } from './walk/capture-graph.js'
import { dumpTasks } from './walk/capture-tasks.js'
import { readMoment } from './walk/moment.js'

/** What to collect of pending tasks. */
export interface TasksOptions {
  /** Include each task's whole await chain and its creation path. Default false. */
  readonly includeStacks?: boolean
  /** In the main thread: include all worker threads. Default true. */
  readonly threads?: boolean
  /** How long to wait for each worker before it is listed as busy. Default 1000. */
  readonly timeoutMs?: number
  /**
   * Also read the heap where the records do not tell everything: who holds the resolver of a promise, and work that
   * sampling does not follow. The thread stands still for it. Default: that of
   * the asking thread, if it is smaller than 200 MB (24 MB if its memory cannot be read).
   */
  readonly heap?: boolean
}

/** What to include in a wait graph. */
export interface WaitGraphOptions {
  /** In the main thread: include all worker threads. Default true. */
  readonly threads?: boolean
  /** How long to wait for each worker before it is left out. Default 1000. */
  readonly timeoutMs?: number
  /**
   * Also read the heap where the records do not tell everything: who holds the resolver of a promise, and work that
   * sampling does not follow. The thread stands still for it. Default: that of
   * the asking thread, if it is smaller than 200 MB (24 MB if its memory cannot be read).
   */
  readonly heap?: boolean
}

/** How long a worker may take to answer. */
const TIMEOUT_MS = 1_000

/** Which call stack to capture. */
export interface CallStackOptions {
  /** Default: the running task. */
  readonly promise?: Promise<unknown>
  /** The maximum number of levels of awaiters. Default: all. */
  readonly depth?: number
  /**
   * Also read the heap where the records do not tell everything: tracing is off, began late, or follows a share. The
   * thread stands still for it. Default: if they tell nothing of the promise and the heap is smaller than 200 MB (24 MB if
   * its memory cannot be read).
   */
  readonly heap?: boolean
}

/** Where text is printed. */
export interface StreamOptions {
  /** Default `process.stdout`. */
  readonly stream?: { write(text: string): unknown }
}

const TASKS = ['includeStacks', 'threads', 'timeoutMs', 'heap']
const CALL_STACK = ['promise', 'depth', 'heap']
const WAIT_GRAPH = ['threads', 'timeoutMs', 'heap']

/**
 * Returns every pending task: where it is suspended, what it waits for, where it was created.
 *
 * @throws {TypeError} (as a rejection) if an option is unknown or has a wrong value.
 */
export function getTasks(options?: TasksOptions): Promise<TaskDump> {
  return answered(() => {
    withOriginalBuiltins(() => {
      checkOptions(options, TASKS)
      checkTasksOptions(options)
    })
    return tasksOf(options, options?.includeStacks === true)
  })
}

/** Prints every pending task. @throws {TypeError} (as a rejection) if an option is unknown or has a wrong value. */
export function printTasks(options?: TasksOptions & TasksFormatOptions & StreamOptions): Promise<void> {
  return answered(() => {
    withOriginalBuiltins(() => {
      checkOptions(options, [...TASKS, 'format', 'paths', 'all', 'stream'])
      checkStream(options?.stream)
      checkTasksOptions(options)
    })
    const { includeStacks, threads, timeoutMs, heap, stream, ...format } = options ?? {}
    formatTasks(NO_TASKS, format)
    return tasksOf(options, includeStacks !== false, (dump) => print(formatTasks(dump, format), options))
  })
}

/**
 * Returns the async function behind a promise, the frames in which it is suspended, and everything that awaits it.
 * Without a promise, those of the running task; null outside any task.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function captureCallStack(options?: CallStackOptions): PromiseCallStack | null {
  withOriginalBuiltins(() => checkCallStackOptions(options))
  const { promise, depth = Number.POSITIVE_INFINITY, heap } = options ?? {}
  return askBelow(() =>
    withOriginalBuiltins(() => (promise === undefined ? presentCallStack(depth) : callStackOf(promise, depth, heap))),
  )
}

/** Prints the call stack of a promise. @throws {TypeError} if an option is unknown or has a wrong value. */
export function printCallStack(
  options?: CallStackOptions & Parameters<typeof formatCallStack>[1] & StreamOptions,
): void {
  withOriginalBuiltins(() => {
    checkOptions(options, [...CALL_STACK, 'paths', 'stream'])
    checkStream(options?.stream)
  })
  const { paths, stream, ...asked } = options ?? {}
  const callStack = captureCallStack(asked)
  const format = paths === undefined ? {} : { paths }
  print(callStack === null ? '<no task is running>' : formatCallStack(callStack, format), options)
}

/**
 * Reports a wait that Node.js cannot see: `waiter` waits for `promise`. Until it is discarded, `promise` keeps
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
 * Removes a wait that `addToAwaitedBy` reported. Does nothing if there is none.
 *
 * @throws {TypeError} unless both are promises.
 */
export function discardFromAwaitedBy(promise: Promise<unknown>, waiter: Promise<unknown>): void {
  checkPromise(promise, 'promise')
  checkPromise(waiter, 'waiter')
  untell(promise, waiter)
}

/** Returns what waits for what, and the deadlocks. */
export function captureWaitGraph(options?: WaitGraphOptions): Promise<WaitGraph> {
  return answered(() => {
    withOriginalBuiltins(() => {
      checkOptions(options, WAIT_GRAPH)
      checkGraphOptions(options)
    })
    return graphOf(options)
  })
}

/** Prints what waits for what, and the deadlocks. @throws {TypeError} (as a rejection) if an option is unknown or has a wrong value. */
export function printWaitGraph(options?: WaitGraphOptions & WaitGraphFormatOptions & StreamOptions): Promise<void> {
  return answered(() => {
    withOriginalBuiltins(() => {
      checkOptions(options, [...WAIT_GRAPH, 'format', 'paths', 'all', 'stream'])
      checkStream(options?.stream)
      checkGraphOptions(options)
    })
    const { threads, timeoutMs, heap, stream, ...format } = options ?? {}
    formatWaitGraph(NO_WAITS, format)
    return graphOf(options, (graph) => print(formatWaitGraph(graph, format), options))
  })
}

const NO_TASKS: TaskDump = Object.freeze({ version: 1, pid: 0, takenAtMs: 0, threads: [], tasks: [] })
const NO_WAITS: WaitGraph = Object.freeze({ nodes: [], edges: [], cycles: [] })

function tasksOf<T = TaskDump>(
  options: TasksOptions | undefined,
  stacks: boolean,
  use = (dump: TaskDump) => dump as unknown as T,
): T | Promise<T> {
  if (options?.threads === false) return use(withOriginalBuiltins(() => dumpTasks(stacks, readMoment(options.heap))))
  const wanted = { tasks: true, stacks, graph: false, heap: options?.heap }
  return whenTold((done) =>
    collectThreads(wanted, options?.timeoutMs ?? TIMEOUT_MS, (dump) => done(() => use(dump as TaskDump))),
  )
}

function graphOf<T = WaitGraph>(
  options: WaitGraphOptions | undefined,
  use = (graph: WaitGraph) => graph as unknown as T,
): T | Promise<T> {
  if (options?.threads === false) return use(withOriginalBuiltins(() => waitGraph(readMoment(options.heap))))
  const wanted = { tasks: false, stacks: false, graph: true, heap: options?.heap }
  return whenTold((done) =>
    collectThreads(wanted, options?.timeoutMs ?? TIMEOUT_MS, (_dump, graph) => done(() => use(graph as WaitGraph))),
  )
}

/** A promise of what a callback tells, unseen by the tracer. */
function whenTold<T>(ask: (done: (value: () => T) => void) => void): Promise<T> {
  return quietly(
    () =>
      new PromiseOfRealm<T>((resolve, reject) => {
        ask((value) => {
          try {
            resolve(value())
          } catch (error) {
            reject(error)
          }
        })
      }),
  )
}

/** A promise of what was found at once. No async function: the tracer's own work would be among the tasks. */
function answered<T>(answer: () => T | Promise<T>): Promise<T> {
  let value: T | Promise<T>
  try {
    value = askBelow(answer)
  } catch (error) {
    return quietly(() => new PromiseOfRealm<T>((_resolve, reject) => reject(error)))
  }
  return quietly(() => new PromiseOfRealm<T>((resolve) => resolve(value)))
}

function print(text: string, options: StreamOptions | undefined): void {
  const stream = options?.stream ?? process.stdout
  stream.write(`${text}\n`)
}

function checkGraphOptions(options: WaitGraphOptions | undefined): void {
  checkType(options?.threads, 'boolean', 'options.threads')
  checkType(options?.heap, 'boolean', 'options.heap')
  checkCount(options?.timeoutMs, 'options.timeoutMs')
}

function checkTasksOptions(options: TasksOptions | undefined): void {
  checkType(options?.heap, 'boolean', 'options.heap')
  checkType(options?.includeStacks, 'boolean', 'options.includeStacks')
  checkType(options?.threads, 'boolean', 'options.threads')
  checkCount(options?.timeoutMs, 'options.timeoutMs')
}

function checkCallStackOptions(options: CallStackOptions | undefined): void {
  checkOptions(options, CALL_STACK)
  if (options?.promise !== undefined) checkPromise(options.promise, 'options.promise')
  checkCount(options?.depth, 'options.depth')
  checkType(options?.heap, 'boolean', 'options.heap')
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
