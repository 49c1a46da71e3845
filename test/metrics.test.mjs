// Figures of pending work, for Prometheus and OpenTelemetry.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { SampledMetrics } from '../dist/endpoint/sampled-metrics.js'
import { loopDelayMetric, processMetrics } from '../dist/format/process-metrics.js'
import { prometheusText } from '../dist/format/prometheus-text.js'
import { observeMetrics } from '../dist/metrics.js'
import { at, edge, graph, node } from './samples.mjs'

const request = { side: 'server', method: 'GET', path: '/orders/7', host: null, state: 'unanswered', ageMs: 12_000 }
const others = { silentMs: null, lastIn: null, nodeIds: [], threadId: 0 }
const use = {
  package: 'pg-pool',
  capacity: 5,
  inUse: 5,
  holders: [{ state: 'leaked', count: 2, frame: null, nodeIds: [] }],
}

function stuck() {
  const { nodes, edges, cycles } = graph()
  const pool = { kind: 'resource', label: 'a client of "Pool"', createdAt: null, use }
  const closed = { kind: 'event', label: "event 'drain' of Socket", createdAt: null, never: 'the socket was destroyed' }
  return {
    nodes: [
      ...nodes,
      node(8, { kind: 'resource', label: pool.label, leaf: pool }),
      node(9),
      node(10, { kind: 'event', label: closed.label, leaf: closed }),
      node(11),
      node(12),
    ],
    edges: [...edges, edge(9, 8), edge(11, 10)],
    cycles,
    requests: [
      { ...request, ...others },
      { ...request, ...others, ageMs: 1_000 },
      { ...request, ...others, side: 'client', state: 'sent', ageMs: null },
    ],
    lost: [{ stack: [at('poll', 'poll.mjs', 3)], count: 4, isCollected: true, threadId: 0 }],
  }
}

test('what a graph says, in the text format of Prometheus', () => {
  const takenAtMs = stuck().nodes[0].task.createdAtMs + 90_000
  const delay = { count: 3, max: 5e8, percentile: (percent) => (percent === 50 ? 1e7 : 2e8) }
  const metrics = processMetrics({ graph: stuck(), takenAtMs, pauseMs: 150 }, takenAtMs + 2_500)
  const text = prometheusText([...metrics, loopDelayMetric(delay)])
  assert.deepEqual(
    text.split('\n').filter((line) => !line.startsWith('#')),
    [
      'async_trace_tasks{waiting_on="task"} 4',
      'async_trace_tasks{waiting_on="timer"} 2',
      'async_trace_tasks{waiting_on="resource"} 1',
      'async_trace_tasks{waiting_on="event"} 1',
      'async_trace_tasks{waiting_on="ready"} 1',
      'async_trace_oldest_task_age_seconds 90',
      'async_trace_deadlocks 1',
      'async_trace_blocked_forever 1',
      'async_trace_lost_functions 4',
      'async_trace_open_requests{side="server",state="unanswered"} 2',
      'async_trace_open_requests{side="client",state="sent"} 1',
      'async_trace_oldest_request_age_seconds{side="server"} 12',
      'async_trace_resource_waiters{resource="a client of \\"Pool\\"",package="pg-pool"} 1',
      'async_trace_resource_in_use{resource="a client of \\"Pool\\"",package="pg-pool"} 5',
      'async_trace_resource_capacity{resource="a client of \\"Pool\\"",package="pg-pool"} 5',
      'async_trace_resource_leaked{resource="a client of \\"Pool\\"",package="pg-pool"} 2',
      'async_trace_capture_pause_seconds 0.15',
      'async_trace_capture_age_seconds 2.5',
      'async_trace_event_loop_delay_seconds{quantile="0.5"} 0.01',
      'async_trace_event_loop_delay_seconds{quantile="0.99"} 0.2',
      'async_trace_event_loop_delay_seconds{quantile="1"} 0.5',
      '',
    ],
  )
  assert.match(text, /^# HELP async_trace_tasks .+\n# TYPE async_trace_tasks gauge\n/)
})

test('whoever asks again soon gets the figures of the last capture, with its age; many at once share one', async () => {
  let captures = 0
  const sampled = new SampledMetrics(async () => {
    captures++
    return graph()
  })
  await Promise.all([sampled.read(), sampled.read()])
  const figureOf = (metrics, wanted) => metrics.find(({ name }) => name === wanted).points[0].value
  await new Promise((resolve) => setTimeout(resolve, 20))
  const again = await sampled.read()
  assert.equal(captures, 1)
  assert.equal(figureOf(again, 'deadlocks'), 1)
  assert.ok(figureOf(again, 'capture_age') > 0)
})

test('a capture that failed is tried again at the next question', async () => {
  let captures = 0
  const sampled = new SampledMetrics(async () => {
    if (++captures === 1) throw new Error('no graph')
    return graph()
  })
  await assert.rejects(sampled.read(), /no graph/)
  assert.ok((await sampled.read()).length > 0)
})

test('OpenTelemetry reads the same figures of this process, until it is told to stop', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })
  const provider = new MeterProvider({ readers: [reader] })
  const stop = observeMetrics({ meter: provider.getMeter('async-trace') })
  const timers = []
  const pause = () => new Promise((resolve) => timers.push(setTimeout(resolve, 60_000)))
  async function waits() {
    await pause()
  }
  const pending = [waits(), waits(), waits()]
  await provider.forceFlush()
  const [{ metrics }] = exporter.getMetrics().at(-1).scopeMetrics
  const found = new Map(metrics.map((each) => [each.descriptor.name, each]))
  const timed = found.get('async_trace.tasks').dataPoints.find(({ attributes }) => attributes.waiting_on === 'timer')
  assert.ok(timed.value >= pending.length)
  assert.equal(found.get('async_trace.oldest_task_age').descriptor.unit, 's')
  assert.ok(found.get('async_trace.oldest_task_age').dataPoints[0].value > 0)
  // What is no longer observed stays as it was.
  const ageOf = async () => {
    exporter.reset()
    await provider.forceFlush()
    const [{ metrics: last }] = exporter.getMetrics().at(-1).scopeMetrics
    return last.find(({ descriptor }) => descriptor.name === 'async_trace.capture_age').dataPoints[0].value
  }
  const before = await ageOf()
  assert.ok((await ageOf()) > before)
  stop()
  const stopped = await ageOf()
  assert.equal(await ageOf(), stopped)
  for (const timer of timers) clearTimeout(timer)
  await provider.shutdown()
})

test('something else than a meter is refused by name', () => {
  assert.throws(() => observeMetrics({ meter: {} }), { code: 'ERR_INVALID_ARG_TYPE', message: /options\.meter.*Meter/ })
  assert.throws(() => observeMetrics({ metre: {} }), TypeError)
  assert.throws(() => observeMetrics(), { code: 'ERR_INVALID_ARG_TYPE', message: /options\.meter/ })
})
