/**
 * `node --import async-trace/register app.js`: tracing is on before the program's first line, a signal prints
 * what is pending, and a process that ends with an unsettled top-level await says what never settled.
 */
import './index.js'
import { isMainThread } from 'node:worker_threads'
import { dumpAtUnsettledExit, dumpOnSignal, dumpOnUsualSignal } from './dump-on-signal.js'

if (isMainThread) {
  const chosen = process.env['ASYNC_TRACE_SIGNAL']
  if (chosen === undefined) dumpOnUsualSignal()
  // Also if tracing is off: without a listener the signal, which a runbook may send, would end the process.
  else dumpOnSignal(chosen)
  dumpAtUnsettledExit()
}
