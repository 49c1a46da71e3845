/**
 * `node --import async-trace/register app.js`: tracing is on before the program's first line, a signal prints
 * what is pending, and a process that ends with an unsettled top-level await says what never settled.
 */
import './index.js'
import { isMainThread } from 'node:worker_threads'
import { dumpAtUnsettledExit, dumpOnSignal } from './dump-on-signal.js'

// Also where tracing is off: without a listener the signal, which somebody's runbook may send, would end the process.
if (isMainThread) {
  dumpOnSignal(process.env['ASYNC_TRACE_SIGNAL'] ?? 'SIGUSR2')
  dumpAtUnsettledExit()
}
