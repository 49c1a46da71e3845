import { SampledMetrics } from './endpoint/sampled-metrics.js'
import { METRICS, type Metric } from './format/process-metrics.js'
import { captureWaitGraph } from './index.js'
import { ArgumentError, checkOptions } from './model/argument-error.js'

/** The part of a `Meter` of `@opentelemetry/api` that is used. */
export interface MetricsMeter {
  createObservableGauge(name: string, options?: { description?: string; unit?: string }): object
  // biome-ignore lint/suspicious/noExplicitAny: its observables are given back as they came.
  addBatchObservableCallback(callback: (result: any) => void | Promise<void>, observables: any[]): void
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  removeBatchObservableCallback(callback: (result: any) => void | Promise<void>, observables: any[]): void
}

export interface MetricsOptions {
  /** `metrics.getMeter('async-trace')` of `@opentelemetry/api`. */
  readonly meter: MetricsMeter
  /** Also read the heap, for waits that were not recorded. Default false. */
  readonly heap?: boolean
}

interface Result {
  observe(gauge: object, value: number, attributes: Readonly<Record<string, string>>): void
}

/**
 * Gives pending tasks, deadlocks, lost functions, open requests and queues of resources to OpenTelemetry, as gauges
 * `async_trace.…`. They are read when the meter's reader collects, at most every 10 seconds, and so rarely that reading stops
 * the thread for at most 1 % of the time.
 *
 * @returns a function that ends it.
 * @throws {TypeError} if an option is unknown or has a wrong value.
 */
export function observeMetrics(options: MetricsOptions): () => void {
  checkOptions(options, ['meter', 'heap'])
  const { meter, heap = false } = options ?? {}
  if (typeof meter?.createObservableGauge !== 'function') {
    throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.meter', 'a Meter of @opentelemetry/api', meter)
  }
  const sampled = new SampledMetrics(() => captureWaitGraph({ heap }))
  const gauges = new Map(
    Object.entries(METRICS).map(([name, { help, unit }]) => {
      return [name, meter.createObservableGauge(`async_trace.${name}`, { description: help, unit })]
    }),
  )
  const observables = [...gauges.values()]
  const callback = (result: Result) => sampled.read().then((metrics) => observeAll(result, gauges, metrics))
  meter.addBatchObservableCallback(callback, observables)
  return () => meter.removeBatchObservableCallback(callback, observables)
}

function observeAll(result: Result, gauges: ReadonlyMap<string, object>, metrics: readonly Metric[]): void {
  for (const { name, points } of metrics) {
    const gauge = gauges.get(name)
    if (gauge === undefined) continue
    for (const { labels, value } of points) result.observe(gauge, value, labels)
  }
}
