import { instance } from './instance.js'
import { checkOptions } from './model/argument-error.js'
import type { TracingStatus } from './tracing.js'

export type { CollectOptions, PrintOptions } from './creation.js'
export type { CallStackFormatOptions } from './format/call-stack-text.js'
export type { FormatOptions } from './format/trace-text.js'
export type { WaitGraphFormat } from './format/wait-graph-text.js'
export type { AsyncTrace, TraceFrame } from './model/async-trace.js'
export type { Frame } from './model/frame.js'
export type { Leaf, LeafKind } from './model/leaf.js'
export type { PromiseCallStack, StackEntry } from './model/promise-call-stack.js'
export type { Boundary, Task, TaskKind } from './model/task.js'
export type { SourceFrame, TaskDump, TaskInfo, TaskState, ThreadDump } from './model/task-dump.js'
export type { WaitEdge, WaitGraph, WaitNode } from './model/wait-graph.js'
export type { CallStackOptions, StreamOptions, TasksOptions } from './pending.js'
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
} = instance
export { formatCallStack, formatTasks, formatWaitGraph } from './showing.js'

/**
 * Switches tracing on; does nothing where it is on. Importing the package has done it already, unless
 * `ASYNC_TRACE=off` is in the environment.
 *
 * @param options none yet; an object is taken, for those to come.
 * @throws {TypeError} unless `options` is an object or left out.
 */
export function enableTracing(options?: object): void {
  checkOptions(options)
  instance.switchOn()
}

/**
 * Switches tracing off, puts every patched property back with its exact descriptor and drops what was
 * recorded. Running work goes on undisturbed. Does nothing where it is off.
 */
export function disableTracing(): void {
  instance.switchOff()
}

/** Whether tracing is on. */
export function isTracingEnabled(): boolean {
  return instance.isOn()
}

/** What tracing has done and met since it was last switched on. */
export function tracingStatus(): TracingStatus {
  return instance.status()
}

if (process.env['ASYNC_TRACE'] !== 'off') instance.switchOn()
