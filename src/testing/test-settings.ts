import { ArgumentError, checkOptions } from '../model/argument-error.js'
import { isDuration, quietMsOfEnvironment } from './quiet-limit.js'
import { quiet } from './quiet-watch.js'

/** What happens if a test leaves something behind: a note, a failure of the test, or nothing. */
export type LeakMode = 'note' | 'fail' | 'off'

export interface TestOptions {
  /** Default `note`, or what `ASYNC_TRACE_LEAKS` says. */
  readonly leaks?: LeakMode
  /** What tests may leave behind: texts or patterns that match lines of the report. Added to those already allowed. */
  readonly allow?: readonly (string | RegExp)[]
  /** How long to wait for something to end after its test. Default 50. */
  readonly graceMs?: number
  /** Print what is pending after this time without output and test events; 0 for never. Default 60 000. */
  readonly quietMs?: number
}

const MODES: readonly unknown[] = ['note', 'fail', 'off']

class TestSettings {
  leaks: LeakMode = readMode()
  allowed: readonly (string | RegExp)[] = []
  graceMs = 50
  quietMs = quietMsOfEnvironment()
  /** How long a process may take to exit when its tests have ended. */
  exitMs = 2_000

  isAllowed(line: string): boolean {
    return this.allowed.some((each) => (typeof each === 'string' ? line.includes(each) : line.search(each) !== -1))
  }
}

export const testSettings = new TestSettings()

/**
 * Says what is done about what tests leave behind, from now on.
 *
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function setTestOptions(options: TestOptions): void {
  checkOptions(options, ['leaks', 'allow', 'graceMs', 'quietMs'])
  const { leaks, allow, graceMs, quietMs } = options
  if (leaks !== undefined && !MODES.includes(leaks)) {
    throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'options.leaks', "'note', 'fail' or 'off'", leaks)
  }
  if (allow !== undefined && !(Array.isArray(allow) && allow.every(isPattern))) {
    throw new ArgumentError(
      'ERR_INVALID_ARG_TYPE',
      'options.allow',
      'an array of strings and regular expressions',
      allow,
    )
  }
  if (graceMs !== undefined && !(Number.isFinite(graceMs) && graceMs >= 0)) {
    throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'options.graceMs', 'a number of milliseconds', graceMs)
  }
  if (quietMs !== undefined && !isDuration(quietMs)) {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.quietMs', 'a number of milliseconds', quietMs)
  }
  if (leaks !== undefined) testSettings.leaks = leaks
  if (allow !== undefined) testSettings.allowed = [...testSettings.allowed, ...allow]
  if (graceMs !== undefined) testSettings.graceMs = graceMs
  if (quietMs === undefined) return
  testSettings.quietMs = quietMs
  quiet.start(quietMs)
}

function isPattern(value: unknown): boolean {
  // Jest has a RegExp of its own in each test file.
  return typeof value === 'string' || Object.prototype.toString.call(value) === '[object RegExp]'
}

function readMode(): LeakMode {
  const setting = process.env['ASYNC_TRACE_LEAKS'] ?? ''
  if (setting === '') return 'note'
  if (MODES.includes(setting)) return setting as LeakMode
  const got = JSON.stringify(setting)
  process.stderr.write(`async-trace: ASYNC_TRACE_LEAKS must be 'note', 'fail' or 'off'. Received ${got}.\n`)
  return 'note'
}
