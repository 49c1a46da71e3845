import { enableTracing, formatAsyncTrace, traceOf } from 'async-trace'

enableTracing({ errors: true })
globalThis.pathOf = (reason) => {
  const path = traceOf(reason)
  return path === null ? null : formatAsyncTrace(path, { style: 'stack', paths: 'absolute' })
}
