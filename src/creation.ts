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

/** What of a path is collected. */
export interface CollectOptions {
  /** Also frames of `node:` modules and of built-in functions. Default false. */
  readonly internals?: boolean
  /** At most this many frames before the root. Default: all. */
  readonly limit?: number
}

/** Whose path is collected instead of that of the code that calls. */
export interface CollectedOptions extends CollectOptions {
  /** The path of what this promise was rejected with; of a pending one, where the function behind it was called. */
  readonly promise?: Promise<unknown>
}

/** How a trace is printed, and where to. */
export interface PrintOptions extends FormatOptions {
  /** Default `process.stdout`. */
  readonly stream?: { write(text: string): unknown }
}

const COLLECT = ['internals', 'limit', 'promise']
const FORMAT = ['style', 'paths', 'packages']

/**
 * The path of creation of the code that calls: its own calls, then where the task that runs it was
 * created, and so on to the root, innermost first. With `promise`, that of what the promise was rejected with, or
 * of the function that will settle it.
 *
 * @throws {TypeError} for options that it does not take.
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
 * Where an error came from: the function or `.then` of the program that it met first, and the path of creation of that.
 * Of a string or another value that is no object, `collectAsyncTrace({ promise })` knows the path.
 *
 * Of an error that no promise has carried, it is the path of the code that first asks.
 *
 * @returns null where that is not known: tracing was off, or code that has nothing to do with the present made the error.
 */
export function traceOf(error: unknown): AsyncTrace | null {
  return withOriginalBuiltins(() => failurePath(error))
}

/**
 * A trace as text, a line a frame, without a line break at the end.
 *
 * @throws {TypeError} for what is no trace, and for options that it does not take.
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
 * Prints a trace that was collected before.
 *
 * @throws {TypeError} as `formatAsyncTrace`, and for a stream without `write()`.
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

/** Whose path is printed. */
export interface PrintedOptions extends CollectedOptions {
  /** The path of this error: that of `traceOf(error)`. */
  readonly error?: unknown
}

/**
 * Prints the path of creation of the code that calls, or of an error or a promise.
 *
 * @throws {TypeError} for options that it does not take.
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
  checkChoice(options?.packages, ['folded', 'whole'], 'options.packages')
}
