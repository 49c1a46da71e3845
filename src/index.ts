import { instance } from './instance.js'
import { checkOptions, checkShare } from './model/argument-error.js'
import type { TracingStatus } from './tracing.js'

export type { CollectOptions, PrintOptions } from './creation.js'
export type { FormatOptions } from './format/trace-text.js'
export type { AsyncTrace, TraceFrame } from './model/async-trace.js'
export type { Frame } from './model/frame.js'
export type { Boundary, Task, TaskKind } from './model/task.js'
export type { TracingStatus } from './tracing.js'

export const { collectAsyncTrace, formatAsyncTrace, printAsyncTrace, printTrace, setTaskName } = instance

/** How tracing is done. What is left out stays as it is. */
export interface TracingOptions {
  /**
   * Production mode: the share of root tasks to follow, above 0, up to 1 (the default: all). A root task is
   * what one turn of a server, a socket, a message port or an interval begins: a request, a job. It is
   * followed with everything that grows from it, or not at all; then its paths end in `<not sampled>`.
   */
  readonly sample?: number
}

/**
 * Switches tracing on; where it is on, only changes what `options` names. Importing the package has switched
 * it on already, unless `ASYNC_TRACE=off` is in the environment.
 *
 * @throws {TypeError} for options that it does not take.
 */
export function enableTracing(options?: TracingOptions): void {
  checkOptions(options)
  checkShare(options?.sample, 'options.sample')
  instance.switchOn(options?.sample)
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

if (process.env['ASYNC_TRACE'] !== 'off' && !instance.isOn()) switchOnAsTold(process.env['ASYNC_TRACE_SAMPLE'])

function switchOnAsTold(sample: string | undefined): void {
  const share = sample === undefined || sample === '' ? undefined : Number(sample)
  try {
    checkShare(share, 'ASYNC_TRACE_SAMPLE')
    instance.switchOn(share)
  } catch {
    const got = JSON.stringify(sample)
    process.stderr.write(
      `async-trace: ASYNC_TRACE_SAMPLE must be a number above 0, up to 1. Received ${got}. Tracing is off.\n`,
    )
  }
}
