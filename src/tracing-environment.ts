import { checkShare } from './model/argument-error.js'
import { markImported } from './record/epoch.js'
import { isOn, recordErrors, switchOn } from './tracing.js'

/**
 * The import of an entry switches tracing on, as the environment says.
 *
 * @param hasErrors whether the paths of errors are recorded: that needs V8's inspector, whose start takes longer than all else.
 *   What is printed of tests needs none of it. An entry that needs it may be imported later.
 */
export function switchOnAsTold(hasErrors: boolean): void {
  const setting = process.env['ASYNC_TRACE'] ?? ''
  if (setting === 'off') return
  if (isOn()) {
    if (hasErrors) recordErrors()
    return
  }
  if (setting !== '' && setting !== 'on') {
    process.stderr.write(
      `async-trace: ASYNC_TRACE must be 'off', 'on' or not set. Received ${JSON.stringify(setting)}. Tracing is on.\n`,
    )
  }
  const sample = process.env['ASYNC_TRACE_SAMPLE']
  const share = sample === undefined || sample === '' ? undefined : Number(sample)
  try {
    checkShare(share, 'ASYNC_TRACE_SAMPLE')
    const errors = areErrorsWanted()
    switchOn({ sample: share, errors, recordsErrors: hasErrors || errors === true })
    markImported()
  } catch {
    const got = JSON.stringify(sample)
    process.stderr.write(
      `async-trace: ASYNC_TRACE_SAMPLE must be a number above 0, up to 1. Received ${got}. Tracing is off.\n`,
    )
  }
}

/** Undefined if the environment does not say. */
function areErrorsWanted(): boolean | undefined {
  const setting = process.env['ASYNC_TRACE_ERRORS'] ?? ''
  if (setting === '1' || setting === '0') return setting === '1'
  if (setting !== '') {
    process.stderr.write(`async-trace: ASYNC_TRACE_ERRORS must be 1 or 0. Received ${JSON.stringify(setting)}.\n`)
  }
  return undefined
}
