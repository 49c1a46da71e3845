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

/** @throws {ArgumentError} unless `value` is undefined, or an object that has no other options than these. */
export function checkOptions(value: unknown, known: readonly string[]): void {
  if (value === undefined) return
  if (value === null || typeof value !== 'object' || Array.isArray(value) || types.isPromise(value)) {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options', 'an object', value)
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  const takes = `an object with no options but ${known.map((name) => `'${name}'`).join(', ')}`
  throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'options', takes, value, optionText(unknown, nearest))
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
  if (typeof value === 'function') return `function ${value.name}`
  const text = inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 60 })
  return typeof value === 'object' ? text : `type ${typeof value} (${text})`
}
