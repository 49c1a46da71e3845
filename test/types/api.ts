// Uses of the public API that must compile, and some that must not.
import { createServer } from 'node:http'
import { metrics } from '@opentelemetry/api'
import {
  type AsyncTrace,
  captureWaitGraph,
  collectAsyncTrace,
  disableTracing,
  enableTracing,
  formatAsyncTrace,
  formatTasks,
  formatWaitGraph,
  getTasks,
  isTracingEnabled,
  printAsyncTrace,
  printTrace,
  setTaskName,
  type Task,
  type TraceFrame,
  tracingStatus,
} from 'async-trace'
import { type DebugHandler, debugHandler } from 'async-trace/http'
import { observeMetrics } from 'async-trace/metrics'

const trace: AsyncTrace = collectAsyncTrace({ internals: true, limit: 10 })
const frame: TraceFrame | undefined = trace.frames[0]
const task: Task | null | undefined = frame?.task
const text: string = formatAsyncTrace(trace, { style: 'stack', paths: 'absolute' })
printAsyncTrace(trace, { stream: process.stderr, style: 'tree' })
printTrace({ limit: 3, paths: 'basename', stream: { write: (line: string) => line.length } })
setTaskName(text + String(task?.name))
enableTracing()
disableTracing()
const on: boolean = isTracingEnabled()
const captures: number = tracingStatus().captures + Number(on)

// @ts-expect-error a style that there is not
formatAsyncTrace(trace, { style: 'dot' })
// @ts-expect-error frames are read-only
trace.frames[0] = frame
// @ts-expect-error a name is a string
setTaskName(captures)

const handler: DebugHandler = debugHandler({ path: '/debug', allow: ['loopback', '10.0.0.0/8'], token: 't', hosts: [] })
createServer((request, response) => handler(request, response, () => response.end()))
const dumped: string = formatTasks(await getTasks({ includeStacks: true }), { format: 'table', paths: 'basename' })
formatWaitGraph(await captureWaitGraph(), { format: 'mermaid' }).concat(dumped)

// @ts-expect-error there is no such format
formatWaitGraph(await captureWaitGraph(), { format: 'svg' })
// @ts-expect-error an address list, or one of two words
debugHandler({ allow: 'everyone' })

const stopMetrics: () => void = observeMetrics({ meter: metrics.getMeter('async-trace'), heap: true })
stopMetrics()
// @ts-expect-error a meter is needed
observeMetrics({})
