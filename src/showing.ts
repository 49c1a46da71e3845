import { withOriginalBuiltins } from './engine/original-builtins.js'
import { type CallStackFormatOptions, callStackText } from './format/call-stack-text.js'
import type { PathStyle } from './format/frame-text.js'
import { jsonText } from './format/json-text.js'
import { tasksTable } from './format/tasks-table.js'
import { tasksText } from './format/tasks-text.js'
import { WAIT_GRAPH_FORMATS, type WaitGraphFormat, waitGraphText } from './format/wait-graph-text.js'
import { ArgumentError, checkChoice, checkOptions, checkType, readArgument } from './model/argument-error.js'
import type { CallStackJson, PromiseCallStack } from './model/promise-call-stack.js'
import type { TaskDump } from './model/task-dump.js'
import type { WaitGraph } from './model/wait-graph.js'

const PATHS = ['relative', 'absolute', 'basename']
const TASK_FORMATS = ['text', 'table', 'json']

/** How tasks are printed. */
export interface TasksFormatOptions {
  /** `text` (the default): a thread dump; `table`: one line per group of identical tasks; `json`: the dump itself. */
  readonly format?: 'text' | 'table' | 'json'
  /** Table only: one line per task. Default false. */
  readonly all?: boolean
  /** How file paths are shown. Default `relative`: to the working directory. */
  readonly paths?: PathStyle
}

/** How a wait graph is printed. */
export interface WaitGraphFormatOptions {
  /** `tree` is the default. */
  readonly format?: WaitGraphFormat
  /** Tree only: one line per node, instead of one per group of identical nodes. Default false. */
  readonly all?: boolean
  /** How file paths are shown. Default `relative`: to the working directory. */
  readonly paths?: PathStyle
}

/**
 * Formats a dump as text, without a trailing line break.
 *
 * @throws {TypeError} if `dump` is not a dump, or if an option is unknown or has a wrong value.
 */
export function formatTasks(dump: TaskDump, options?: TasksFormatOptions): string {
  return withOriginalBuiltins(() => {
    const takes = 'a TaskDump, as getTasks() resolves to'
    checkLists('dump', takes, dump, ['tasks', 'threads'])
    checkOptions(options, ['format', 'paths', 'all'])
    checkChoice(options?.format, TASK_FORMATS, 'options.format')
    checkChoice(options?.paths, PATHS, 'options.paths')
    checkType(options?.all, 'boolean', 'options.all')
    const { format = 'text', paths = 'relative', all = false } = options ?? {}
    return readArgument('dump', takes, dump, () => {
      if (format === 'json') return jsonText(dump)
      return format === 'table' ? tasksTable(dump, paths, { all }) : tasksText(dump, paths)
    })
  })
}

/**
 * Formats the call stack of a promise, and everything that awaits it, as text without a trailing line break. It also accepts the
 * parsed JSON of one. The length is linear in awaiters plus waits.
 *
 * @throws {TypeError} if `callStack` is not a call stack, or if an option is unknown or has a wrong value.
 */
export function formatCallStack(callStack: PromiseCallStack | CallStackJson, options?: CallStackFormatOptions): string {
  return withOriginalBuiltins(() => {
    const takes = 'a PromiseCallStack, as captureCallStack() returns it'
    checkLists('callStack', takes, callStack, ['callStack', 'awaitedBy'], ['entries'])
    checkOptions(options, ['paths'])
    checkChoice(options?.paths, PATHS, 'options.paths')
    return readArgument('callStack', takes, callStack, () => callStackText(callStack, options))
  })
}

/**
 * Formats a wait graph as text, without a trailing line break. The length is linear in nodes plus edges.
 *
 * @throws {TypeError} if `graph` is not a wait graph, or if an option is unknown or has a wrong value.
 */
export function formatWaitGraph(graph: WaitGraph, options?: WaitGraphFormatOptions): string {
  return withOriginalBuiltins(() => {
    const takes = 'a WaitGraph, as captureWaitGraph() resolves to'
    checkLists('graph', takes, graph, ['nodes', 'edges', 'cycles'])
    checkOptions(options, ['format', 'paths', 'all'])
    checkChoice(options?.format, WAIT_GRAPH_FORMATS, 'options.format')
    checkChoice(options?.paths, PATHS, 'options.paths')
    checkType(options?.all, 'boolean', 'options.all')
    const { format = 'tree', paths, all = false } = options ?? {}
    return readArgument('graph', takes, graph, () => waitGraphText(graph, format, paths, { all }))
  })
}

/** @throws {ArgumentError} unless these properties of the value are lists, or those of the other `shapes`. */
function checkLists(argument: string, takes: string, value: unknown, ...shapes: readonly (readonly string[])[]): void {
  const areThere = readArgument(argument, takes, value, () => {
    if (typeof value !== 'object' || value === null) return false
    const isList = (name: string) => Array.isArray((value as Record<string, unknown>)[name])
    return shapes.some((names) => names.every(isList))
  })
  if (!areThere) throw new ArgumentError('ERR_INVALID_ARG_TYPE', argument, takes, value)
}
