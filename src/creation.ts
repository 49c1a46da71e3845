import { isPromise } from './engine/node-primordials.js'
import { withOriginalBuiltins } from './engine/original-builtins.js'
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
import type { AsyncTrace } from './model/trace.js'
import { creationPath, nameCurrentTask, unknownPath } from './walk/creation-path.js'
import { failurePath, promisePath } from './walk/failure-path.js'

/** Which frames of a path are collected. */
export interface CollectOptions {
  /** Include frames of `node:` modules and of built-in functions. Default false. */
  readonly internals?: boolean
  /** At most this many frames before the root. Default: all. */
  readonly limit?: number
}

/** Collects another path than that of the calling code. */
export interface CollectedOptions extends CollectOptions {
  /** For a rejected promise, the path of its reason; for a pending one, the path of the function that will settle it. */
  readonly promise?: Promise<unknown>
}

/** How and where a trace is printed. */
export interface PrintOptions extends FormatOptions {
  /** Default `process.stdout`. */
  readonly stream?: { write(text: string): unknown }
}

const COLLECT = ['internals', 'limit', 'promise']
const FORMAT = ['style', 'paths', 'packages']

/**
 * Returns the creation path of the calling code: its synchronous calls, then the place where the running task was
 * created, and so on to the root, innermost first. With `promise`, the path of the rejection reason, or
 * of the function that will settle the promise.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function collectAsyncTrace(options?: CollectedOptions): AsyncTrace {
  return withOriginalBuiltins(() => {
    checkOptions(options, COLLECT)
    return collected(options)
  })
}

function collected(options: CollectedOptions | undefined): AsyncTrace {
  checkType(options?.internals, 'boolean', 'options.internals')
  checkCount(options?.limit, 'options.limit')
  const walk = { internals: options?.internals === true, limit: options?.limit ?? Number.POSITIVE_INFINITY }
  const promise = options?.promise
  if (promise === undefined) return creationPath(walk)
  if (!isPromise(promise)) throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.promise', 'a promise', promise)
  return promisePath(promise, walk)
}

/**
 * Returns where an error came from: the first function or `.then` of the program that received it, and the creation path of
 * that. For a string or another primitive value, use `collectAsyncTrace({ promise })`.
 *
 * Of an `AbortSignal`, the path of the code that aborted.
 *
 * If no promise was rejected with the error, the result is the path of the code that first asks.
 *
 * @returns null if it is not known: tracing was off, or the error was created by code that did not lead to the calling code.
 */
export function traceOf(error: unknown): AsyncTrace | null {
  return withOriginalBuiltins(() => failurePath(error))
}

/**
 * Formats a trace as text, one line per frame, without a trailing line break.
 *
 * @throws {TypeError} if `trace` is not a trace, or if an option is unknown or has a wrong value.
 */
export function formatAsyncTrace(trace: AsyncTrace, options?: FormatOptions): string {
  return withOriginalBuiltins(() => {
    checkTrace(trace)
    checkOptions(options, FORMAT)
    checkFormat(options)
    return textOf(trace, options)
  })
}

/**
 * Prints a collected trace.
 *
 * @throws {TypeError} as `formatAsyncTrace` does, and if the stream has no `write()`.
 */
export function printAsyncTrace(trace: AsyncTrace, options?: PrintOptions): void {
  const text = withOriginalBuiltins(() => {
    checkTrace(trace)
    checkOptions(options, [...FORMAT, 'stream'])
    checkFormat(options)
    checkStream(options?.stream)
    return textOf(trace, options)
  })
  write(text, options)
}

/** Prints another path than that of the calling code. */
export interface PrintedOptions extends CollectedOptions {
  /** Prints the path of this error, as `traceOf(error)` returns it. */
  readonly error?: unknown
}

/**
 * Prints the creation path of the calling code, of an error, or of a promise.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function printTrace(options?: PrintedOptions & PrintOptions): void {
  const text = withOriginalBuiltins(() => {
    checkOptions(options, [...COLLECT, ...FORMAT, 'stream', 'error'])
    checkFormat(options)
    checkStream(options?.stream)
    const error = options?.error
    const trace = error === undefined ? collected(options) : (failurePath(error) ?? unknownPath())
    return traceText(trace, options)
  })
  write(text, options)
}

/**
 * Names the running task.
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
  checkChoice(options?.packages, ['folded', 'whole'], 'options.packages')
}
