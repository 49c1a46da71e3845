// A tracer beside ours: which spans it makes, who their parents are, and what its context manager sees.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'

const exporter = new InMemorySpanExporter()
const sdk = new NodeSDK({
  serviceName: 'spans',
  spanProcessors: [new SimpleSpanProcessor(exporter)],
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
})
sdk.start()
const { createRequire } = await import('node:module')
const http = createRequire(import.meta.url)('node:http')
const tracer = trace.getTracer('spans')
const within = (name, run) =>
  tracer.startActiveSpan(name, async (span) => {
    try {
      return await run()
    } finally {
      span.end()
    }
  })
const nameOfActive = () => trace.getSpan(context.active())?.name

test('spans and their parents', async () => {
  const server = http
    .createServer(async (request, response) => {
      await within('handle', async () => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        await Promise.all(
          [1, 2].map((n) =>
            within(`part ${n}`, async () => {
              await null
            }),
          ),
        )
      })
      response.end(request.headers.traceparent === undefined ? 'no parent' : 'parent')
    })
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`
  await within('outer', async () => {
    assert.equal(await (await fetch(url)).text(), 'parent')
    await new Promise((resolve) => http.get(url, (response) => response.resume().on('end', resolve)))
    setImmediate(() => console.log(`# immediate in ${nameOfActive()}`))
    process.nextTick(() => console.log(`# tick in ${nameOfActive()}`))
    queueMicrotask(() => console.log(`# microtask in ${nameOfActive()}`))
    await new Promise((resolve) =>
      setTimeout(() => {
        console.log(`# timeout in ${nameOfActive()}`)
        resolve()
      }, 2),
    )
    await {
      then: (resolve) => {
        console.log(`# thenable in ${nameOfActive()}`)
        resolve()
      },
    }
    for await (const n of (async function* () {
      yield 1
      await null
      yield 2
    })())
      console.log(`# ${n} in ${nameOfActive()}`)
    await Promise.resolve().then(() => console.log(`# then in ${nameOfActive()}`))
  })
  assert.equal(nameOfActive(), undefined)
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
  // The last ones end when Node has closed their connections, which may come after.
  for (let i = 0; i < 250 && exporter.getFinishedSpans().length < 11; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const spans = exporter.getFinishedSpans()
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  const lines = spans.map(
    (span) =>
      `${span.name} kind ${span.kind} below ${byId.get(span.parentSpanContext?.spanId ?? span.parentSpanId)?.name}`,
  )
  for (const [i, line] of lines.sort().entries()) console.log(`ok ${i + 1} - ${line}`)
  assert.ok(lines.length >= 11, lines.join('\n'))
  await sdk.shutdown()
  assert.deepEqual(propagation.fields(), ['traceparent', 'tracestate', 'baggage'])
})
