// Uses of the public API that must compile, and some that must not.
import {
  type AsyncTrace,
  collectAsyncTrace,
  disableTracing,
  enableTracing,
  formatAsyncTrace,
  isTracingEnabled,
  printAsyncTrace,
  printTrace,
  setTaskName,
  type Task,
  type TraceFrame,
  tracingStatus,
} from 'async-trace'

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
