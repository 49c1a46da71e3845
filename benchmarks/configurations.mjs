/**
 * What is switched on while a workload runs. Each one runs in a process of its own: hooks cannot be
 * taken out of V8's compiled code again. A configuration returns a function that counts stack captures, or null.
 */
export const CONFIGURATIONS = {
  bare: async () => null,

  /** The floor of everything that uses the engine's hook. */
  'empty hooks': async () => {
    const { promiseHooks } = await import('node:v8')
    promiseHooks.createHook({ init() {}, before() {}, after() {}, settled() {} })
    return null
  },

  'async-trace': async () => {
    const { tracingStatus } = await import('async-trace')
    if (!tracingStatus().enabled) throw new Error('async-trace is off; unset ASYNC_TRACE.')
    return () => tracingStatus().captures
  },

  /** The same in TypeScript only, whether or not the accelerator was built. */
  'async-trace, TypeScript only': async () => {
    process.env.ASYNC_TRACE_NATIVE = 'off'
    return await CONFIGURATIONS['async-trace']()
  },

  /** Production mode: one in a hundred requests is followed. */
  'async-trace, 1 %': async () => {
    const { enableTracing, tracingStatus } = await import('async-trace')
    enableTracing({ sample: 0.01 })
    return () => tracingStatus().captures
  },

  /** What a debugger switches on: V8's own async stacks. */
  inspector: async () => {
    const { Session } = await import('node:inspector')
    const session = new Session()
    session.connect()
    await post(session, 'Debugger.enable')
    await post(session, 'Debugger.setAsyncCallStackDepth', { maxDepth: 32 })
    // A session that is collected disconnects.
    globalThis.benchmarkSession = session
    return null
  },

  /** What the usual long-stack-trace tools do: a raw stack a resource, deleted with the resource. */
  async_hooks: async () => {
    const { createHook } = await import('node:async_hooks')
    const stacks = new Map()
    let captures = 0
    createHook({
      init(asyncId) {
        captures++
        stacks.set(asyncId, new Error())
      },
      destroy(asyncId) {
        stacks.delete(asyncId)
      },
    }).enable()
    return () => captures
  },

  /** What services mostly have: a span a request and a call, no stacks. The spans go nowhere. */
  OpenTelemetry: async () => {
    const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node')
    const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http')
    const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici')
    new NodeSDK({
      traceExporter: new tracing.InMemorySpanExporter(),
      spanProcessors: [new tracing.NoopSpanProcessor()],
      metricReaders: [],
      instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
    }).start()
    return null
  },
}

function post(session, method, parameters) {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error) => (error ? reject(error) : resolve()))
  })
}
