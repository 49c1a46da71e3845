import { instance } from './instance.js'
import { checkOptions, checkShare, checkType } from './model/argument-error.js'
import type { TracingStatus } from './tracing.js'

export type { CollectedOptions, CollectOptions, PrintedOptions, PrintOptions } from './creation.js'
export type { CallStackFormatOptions } from './format/call-stack-text.js'
export type { FormatOptions } from './format/trace-text.js'
export type { WaitGraphFormat } from './format/wait-graph-text.js'
export type { Frame } from './model/frame.js'
export type { KeptAlive } from './model/kept-alive.js'
export type { Leaf, LeafKind } from './model/leaf.js'
export type { LostFunctions } from './model/lost-function.js'
export type { OpenRequest } from './model/open-request.js'
export type {
  CallStackJson,
  CallStackJsonEntry,
  CallStackJsonWait,
  PromiseCallStack,
  StackEntry,
} from './model/promise-call-stack.js'
export type { ResourceHolder, ResourceUse } from './model/resource-use.js'
export type { Boundary, Task, TaskKind } from './model/task.js'
export type { SourceFrame, TaskDump, TaskInfo, TaskState, ThreadDump } from './model/task-dump.js'
export type { AsyncTrace, TraceFrame } from './model/trace.js'
export type { WaitEdge, WaitGraph, WaitNode } from './model/wait-graph.js'
export type { CallStackOptions, StreamOptions, TasksOptions, WaitGraphOptions } from './pending.js'
export type { TasksFormatOptions, WaitGraphFormatOptions } from './showing.js'
export type { TracingStatus } from './tracing.js'

export const {
  addToAwaitedBy,
  captureCallStack,
  captureWaitGraph,
  collectAsyncTrace,
  discardFromAwaitedBy,
  formatAsyncTrace,
  getTasks,
  printAsyncTrace,
  printCallStack,
  printTasks,
  printTrace,
  printWaitGraph,
  setTaskName,
  traceOf,
} = instance
export { formatCallStack, formatTasks, formatWaitGraph } from './showing.js'

/** Settings of tracing. Omitted options keep their value. */
export interface TracingOptions {
  /**
   * Production mode: the share of root tasks to follow, above 0, up to 1 (the default: all). A root task is
   * what one turn of a server, a socket, a message port or an interval begins: a request, a job. It is
   * followed with everything that grows from it, or not at all; then its paths end in `<not sampled>`.
   */
  readonly sample?: number
  /**
   * `error.stack` ends with the path of the first function or `.then` of the program that received the error, and that
   * of an error of a pool's job with the path that submitted the job. Default false.
   */
  readonly errors?: boolean
  /** The stack of an error that a pool's job throws ends with the path that submitted the job. Default false. */
  readonly errorPaths?: boolean
}

/**
 * Switches tracing on, or changes its settings if it is on. Importing the package switches it on, unless the environment
 * contains `ASYNC_TRACE=off`.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function enableTracing(options?: TracingOptions): void {
  checkOptions(options, ['sample', 'errors', 'errorPaths'])
  checkShare(options?.sample, 'options.sample')
  checkType(options?.errors, 'boolean', 'options.errors')
  checkType(options?.errorPaths, 'boolean', 'options.errorPaths')
  instance.switchOn({ ...options, isAmidst: true })
}

/**
 * Switches tracing off, restores every patched property with its exact descriptor, and drops what was
 * recorded. Running work is not disturbed. Does nothing if tracing is off.
 */
export function disableTracing(): void {
  instance.switchOff()
}

/** Whether tracing is on. */
export function isTracingEnabled(): boolean {
  return instance.isOn()
}

/** Returns figures of tracing since it was last switched on. */
export function tracingStatus(): TracingStatus {
  return instance.status()
}

/** In the scope of this code, unless a program imports it: see compiled-core.ts and threads/preload.cts. */
declare const asyncTraceLoader: 'require' | 'test runner' | 'preload' | undefined

const loader = typeof asyncTraceLoader === 'undefined' ? 'import' : asyncTraceLoader
// A preload is told by the thread that made this one (preload.ts).
if (loader !== 'preload') instance.switchOnAsTold(loader !== 'test runner')
