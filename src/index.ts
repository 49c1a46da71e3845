import { instance } from './instance.js'
import { checkOptions, checkType } from './model/argument-error.js'
import type { TracingStatus } from './tracing.js'

export type { CollectOptions, PrintOptions } from './creation.js'
export type { FormatOptions } from './format/trace-text.js'
export type { AsyncTrace, TraceFrame } from './model/async-trace.js'
export type { Frame } from './model/frame.js'
export type { Boundary, Task, TaskKind } from './model/task.js'
export type { TracingStatus } from './tracing.js'

export const { collectAsyncTrace, formatAsyncTrace, printAsyncTrace, printTrace, setTaskName } = instance

/** What tracing does beyond recording. */
export interface TracingOptions {
  /** The stack of an error that a pool's job throws ends with the path that submitted the job. Default false. */
  readonly errorPaths?: boolean
}

/**
 * Switches tracing on, or changes its options where it is on. Importing the package has switched it on
 * already, unless `ASYNC_TRACE=off` is in the environment.
 *
 * @throws {TypeError} for options that it does not take.
 */
export function enableTracing(options?: TracingOptions): void {
  checkOptions(options)
  checkType(options?.errorPaths, 'boolean', 'options.errorPaths')
  instance.switchOn(options?.errorPaths)
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
