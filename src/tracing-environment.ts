import { checkShare } from './model/argument-error.js'
import { markImported } from './record/epoch.js'
import { isOn, switchOn } from './tracing.js'

/** The import of an entry switches tracing on, as the environment says. */
export function switchOnAsTold(): void {
  const setting = process.env['ASYNC_TRACE'] ?? ''
  if (setting === 'off' || isOn()) return
  if (setting !== '' && setting !== 'on') {
    process.stderr.write(
      `async-trace: ASYNC_TRACE must be 'off', 'on' or not set. Received ${JSON.stringify(setting)}. Tracing is on.\n`,
    )
  }
  const sample = process.env['ASYNC_TRACE_SAMPLE']
  const share = sample === undefined || sample === '' ? undefined : Number(sample)
  try {
    checkShare(share, 'ASYNC_TRACE_SAMPLE')
    switchOn({ sample: share, errors: areErrorsWanted() })
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
