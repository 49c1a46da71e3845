import { type FormatOptions, traceText } from './format/trace-text.js'
import {
  ArgumentError,
  checkChoice,
  checkCount,
  checkOptions,
  checkStream,
  checkType,
  readArgument,
} from './model/argument-error.js'
import type { AsyncTrace } from './model/async-trace.js'
import { creationPath, nameCurrentTask } from './walk/creation-path.js'

/** What of a path is collected. */
export interface CollectOptions {
  /** Also frames of `node:` modules and of built-in functions. Default false. */
  readonly internals?: boolean
  /** At most this many frames before the root. Default: all. */
  readonly limit?: number
}

/** How a trace is printed, and where to. */
export interface PrintOptions extends FormatOptions {
  /** Default `process.stdout`. */
  readonly stream?: { write(text: string): unknown }
}

const COLLECT = ['internals', 'limit']
const FORMAT = ['style', 'paths']

/**
 * The path of creation of the code that calls: its own calls, then where the task that runs it was
 * created, and so on to the root, innermost first.
 *
 * @throws {TypeError} for options that it does not take.
 */
export function collectAsyncTrace(options?: CollectOptions): AsyncTrace {
  checkOptions(options, COLLECT)
  return collected(options)
}

function collected(options: CollectOptions | undefined): AsyncTrace {
  checkType(options?.internals, 'boolean', 'options.internals')
  checkCount(options?.limit, 'options.limit')
  return creationPath({ internals: options?.internals === true, limit: options?.limit ?? Number.POSITIVE_INFINITY })
}

/**
 * A trace as text, a line a frame, without a line break at the end.
 *
 * @throws {TypeError} for what is no trace, and for options that it does not take.
 */
export function formatAsyncTrace(trace: AsyncTrace, options?: FormatOptions): string {
  checkTrace(trace)
  checkOptions(options, FORMAT)
  checkFormat(options)
  return textOf(trace, options)
}

/**
 * Prints a trace that was collected before.
 *
 * @throws {TypeError} as `formatAsyncTrace`, and for a stream without `write()`.
 */
export function printAsyncTrace(trace: AsyncTrace, options?: PrintOptions): void {
  checkTrace(trace)
  checkOptions(options, [...FORMAT, 'stream'])
  checkFormat(options)
  checkStream(options?.stream)
  write(textOf(trace, options), options)
}

/**
 * Prints the path of creation of the code that calls.
 *
 * @throws {TypeError} for options that it does not take.
 */
export function printTrace(options?: CollectOptions & PrintOptions): void {
  checkOptions(options, [...COLLECT, ...FORMAT, 'stream'])
  checkFormat(options)
  checkStream(options?.stream)
  write(traceText(collected(options), options), options)
}

/**
 * Names the task that runs now.
 *
 * @throws {TypeError} unless `name` is a string with at least one character.
 */
export function setTaskName(name: string): void {
  if (typeof name !== 'string') throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'name', 'a string', name)
  if (name === '')
    throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'name', 'a string with at least one character', name)
  nameCurrentTask(name)
}

function write(text: string, options: PrintOptions | undefined): void {
  const stream = options?.stream ?? process.stdout
  stream.write(`${text}\n`)
}

const A_TRACE = 'an AsyncTrace, as collectAsyncTrace() returns it'

function checkTrace(trace: unknown): void {
  const isTrace = readArgument('trace', A_TRACE, trace, () => {
    const frames = isObject(trace) ? (trace as Partial<AsyncTrace>).frames : null
    return Array.isArray(frames) && frames.every(isObject)
  })
  if (!isTrace) throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'trace', A_TRACE, trace)
}

function textOf(trace: AsyncTrace, options: FormatOptions | undefined): string {
  return readArgument('trace', A_TRACE, trace, () => traceText(trace, options))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function checkFormat(options: FormatOptions | undefined): void {
  checkChoice(options?.style, ['tree', 'stack'], 'options.style')
  checkChoice(options?.paths, ['relative', 'absolute', 'basename'], 'options.paths')
}
