/**
 * What Deno and Bun get instead of the package, by their export conditions. They run Node.js programs, but not on its internals:
 * nothing could be traced, and reading call sites fails at the first import. A program that loads this runs as without it.
 */
import type * as api from './index.js'

const { deno, bun } = process.versions
const runtime = deno !== undefined ? 'Deno' : bun !== undefined ? 'Bun' : 'This runtime'
const WHY = `async-trace: ${runtime} is not supported. async-trace uses internals of Node.js; nothing is traced.`
process.stderr.write(`${WHY}\n`)

/** Printing and switching do nothing: what they would say has been said above. */
function nothing(): void {}

/** @throws {Error} always: an empty answer would be taken for the truth. */
function unsupported(): never {
  throw Object.assign(new Error(WHY), { code: 'ERR_ASYNC_TRACE_UNSUPPORTED_RUNTIME' })
}

export const addToAwaitedBy: typeof api.addToAwaitedBy = nothing
export const discardFromAwaitedBy: typeof api.discardFromAwaitedBy = nothing
export const setTaskName: typeof api.setTaskName = nothing
export const enableTracing: typeof api.enableTracing = nothing
export const disableTracing: typeof api.disableTracing = nothing
export const isTracingEnabled: typeof api.isTracingEnabled = () => false
export const traceOf: typeof api.traceOf = () => null
export const printTrace: typeof api.printTrace = nothing
export const printAsyncTrace: typeof api.printAsyncTrace = nothing
export const printCallStack: typeof api.printCallStack = async () => {}
export const printTasks: typeof api.printTasks = async () => {}
export const printWaitGraph: typeof api.printWaitGraph = async () => {}
export const collectAsyncTrace: typeof api.collectAsyncTrace = unsupported
export const captureCallStack: typeof api.captureCallStack = unsupported
export const captureWaitGraph: typeof api.captureWaitGraph = async () => unsupported()
export const getTasks: typeof api.getTasks = async () => unsupported()
export const tracingStatus: typeof api.tracingStatus = unsupported
export const formatAsyncTrace: typeof api.formatAsyncTrace = unsupported
export const formatCallStack: typeof api.formatCallStack = unsupported
export const formatTasks: typeof api.formatTasks = unsupported
export const formatWaitGraph: typeof api.formatWaitGraph = unsupported
export const debugHandler = unsupported
