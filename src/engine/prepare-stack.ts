import {
  defineProperty,
  deleteProperty,
  ErrorOfRealm,
  getOwnPropertyDescriptor,
  getProperty,
  isExtensible,
} from './primordials.js'
import { withoutEndlessWalk } from './sync-capture.js'

export type Prepare = (error: Error, callSites: NodeJS.CallSite[]) => unknown

/** Reads a stack through a `prepareStackTrace` of ours, and leaves the program's as it was. */
export function withPrepare(prepare: Prepare, error: { stack?: unknown }): void {
  if (canAssign('prepareStackTrace')) {
    const before = ErrorOfRealm.prepareStackTrace
    ErrorOfRealm.prepareStackTrace = prepare as typeof Error.prepareStackTrace
    try {
      getProperty(error, 'stack')
    } finally {
      ErrorOfRealm.prepareStackTrace = before
    }
    return
  }
  const before = getOwnPropertyDescriptor(ErrorOfRealm, 'prepareStackTrace')
  defineProperty(ErrorOfRealm, 'prepareStackTrace', { value: prepare, configurable: true, writable: true })
  try {
    getProperty(error, 'stack')
  } finally {
    if (before === undefined) deleteProperty(ErrorOfRealm, 'prepareStackTrace')
    else defineProperty(ErrorOfRealm, 'prepareStackTrace', before)
  }
}

/** Whether V8 is in the middle of an `Error.prepareStackTrace`: it then calls not even ours. */
export function isPreparing(): boolean {
  let isCalled = false
  const prepare: Prepare = () => {
    isCalled = true
    return ''
  }
  withPrepare(
    prepare,
    withoutEndlessWalk(() => new ErrorOfRealm()),
  )
  return !isCalled
}

/** An own, plain property is set more cheaply than it is defined. */
export function canAssign(property: 'prepareStackTrace' | 'stackTraceLimit'): boolean {
  const descriptor = getOwnPropertyDescriptor(ErrorOfRealm, property)
  return descriptor?.writable === true
}

export function canPrepare(): boolean {
  const property = getOwnPropertyDescriptor(ErrorOfRealm, 'prepareStackTrace')
  return property === undefined ? isExtensible(ErrorOfRealm) : property.configurable === true
}

/** Runs `read` under another `Error.stackTraceLimit`, and leaves the property as it was. */
export function withStackTraceLimit<T>(limit: number, read: () => T): T {
  const before = getOwnPropertyDescriptor(ErrorOfRealm, 'stackTraceLimit')
  const can = before === undefined ? isExtensible(ErrorOfRealm) : before.configurable === true
  if (!can) return read()
  defineProperty(ErrorOfRealm, 'stackTraceLimit', {
    value: limit,
    configurable: true,
    writable: true,
    enumerable: true,
  })
  try {
    return read()
  } finally {
    if (before === undefined) deleteProperty(ErrorOfRealm, 'stackTraceLimit')
    else defineProperty(ErrorOfRealm, 'stackTraceLimit', before)
  }
}
