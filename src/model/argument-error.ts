import { inspect, types } from 'node:util'
import { nearestName } from './nearest-name.js'

/** A wrong argument: names it, says what it got and what it takes. */
export class ArgumentError extends TypeError {
  readonly code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE'

  constructor(code: ArgumentError['code'], argument: string, takes: string, got: unknown, gotText = shown(got)) {
    super(`The "${argument}" argument must be ${takes}. Received ${gotText}`)
    this.name = 'TypeError'
    this.code = code
  }
}

/**
 * Reads an argument that is data, such as a dump that was stored as JSON.
 *
 * @throws {ArgumentError} if it cannot be read: it is malformed, or a proxy or a getter in it throws. `cause` says why.
 */
export function readArgument<T>(argument: string, takes: string, value: unknown, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ArgumentError) throw cause
    const error = new ArgumentError('ERR_INVALID_ARG_TYPE', argument, takes, value)
    error.cause = cause
    throw error
  }
}

/** @throws {ArgumentError} unless `value` is undefined, or an object that has no other options than these. */
export function checkOptions(value: unknown, known: readonly string[]): void {
  if (value === undefined) return
  if (
    value === null ||
    typeof value !== 'object' ||
    isRevoked(value) ||
    Array.isArray(value) ||
    types.isPromise(value)
  ) {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options', 'an object', value)
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  const takes = `an object with no options but ${known.map((name) => `'${name}'`).join(', ')}`
  throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'options', takes, value, optionText(unknown, nearest))
}

/** Asks no trap: a proxy is taken for what its target is, and one that was revoked has none. */
function isRevoked(value: object): boolean {
  try {
    Array.isArray(value)
    return false
  } catch {
    return true
  }
}

function optionText(name: string, nearest: string | null): string {
  return `${inspect(name, { maxStringLength: 60 })}${nearest === null ? '' : `: did you mean '${nearest}'?`}`
}

/** @throws {ArgumentError} unless `value` is undefined or of the given type. */
export function checkType(value: unknown, type: 'boolean', argument: string): void {
  if (value !== undefined && typeof value !== type) {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', argument, `a ${type}`, value)
  }
}

/** @throws {ArgumentError} unless `value` is undefined or a whole number of at least 1 (or Infinity). */
export function checkCount(value: unknown, argument: string): void {
  if (value === undefined) return
  if (typeof value !== 'number') {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', argument, 'a number', value)
  }
  if (value !== Number.POSITIVE_INFINITY && (!Number.isSafeInteger(value) || value < 1)) {
    throw new ArgumentError('ERR_INVALID_ARG_VALUE', argument, 'a whole number of at least 1', value)
  }
}

/** @throws {ArgumentError} unless `value` is undefined or a number above 0, up to 1. */
export function checkShare(value: unknown, argument: string): void {
  if (value === undefined) return
  if (typeof value !== 'number') throw new ArgumentError('ERR_INVALID_ARG_TYPE', argument, 'a number', value)
  if (!(value > 0 && value <= 1)) {
    throw new ArgumentError('ERR_INVALID_ARG_VALUE', argument, 'a number above 0, up to 1', value)
  }
}

/** @throws {ArgumentError} unless `value` is undefined or one of `choices`. */
export function checkChoice(value: unknown, choices: readonly string[], argument: string): void {
  if (value === undefined) return
  const takes = `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`
  if (typeof value !== 'string') throw new ArgumentError('ERR_INVALID_ARG_TYPE', argument, takes, value)
  if (!choices.includes(value)) throw new ArgumentError('ERR_INVALID_ARG_VALUE', argument, takes, value)
}

/** @throws {ArgumentError} unless `stream` is undefined or can be written to. */
export function checkStream(stream: unknown): void {
  if (stream === undefined) return
  if (typeof stream !== 'object' || stream === null || typeof (stream as { write?: unknown }).write !== 'function') {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.stream', 'an object with a write() method', stream)
  }
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'function') return types.isProxy(value) ? 'a proxy' : `function ${value.name}`
  const text = inspected(value)
  return typeof value === 'object' ? text : `type ${typeof value} (${text})`
}

/** A getter or a method of the value may throw. */
function inspected(value: unknown): string {
  try {
    return inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 })
  } catch {
    return 'an object that cannot be inspected'
  }
}
