import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { type GraphSample, loopDelayMetric, type Metric, processMetrics } from '../format/process-metrics.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { SharedCaptures } from './shared-captures.js'

/** Figures are read again after this time at the earliest. */
const LEAST_INTERVAL_MS = 10_000
/** Reading stops the thread for at most one hundredth of the time. */
const MOST_SHARE = 0.01
const RESOLUTION_MS = 20

/** Figures for those who ask again and again, at a bounded cost: an answer may be some seconds old, and says so. */
export class SampledMetrics {
  readonly #take: () => Promise<GraphSample>
  #sample: GraphSample | null = null
  #delay: IntervalHistogram | null = null

  constructor(capture: () => Promise<WaitGraph>, captures = new SharedCaptures()) {
    this.#take = captures.of(() => {
      const startedMs = performance.now()
      const captured = capture()
      // The thread stands still in the call itself; what comes after are the answers of other threads.
      const pauseMs = performance.now() - startedMs
      return captured.then((graph) => ({ graph, takenAtMs: Date.now(), pauseMs }))
    })
  }

  read(): Promise<Metric[]> {
    return this.#recent().then((sample) => [...processMetrics(sample, Date.now()), this.#loopDelay()])
  }

  #recent(): Promise<GraphSample> {
    const sample = this.#sample
    if (sample !== null && Date.now() - sample.takenAtMs < Math.max(LEAST_INTERVAL_MS, sample.pauseMs / MOST_SHARE)) {
      return Promise.resolve(sample)
    }
    return this.#take().then((taken) => {
      this.#sample = taken
      return taken
    })
  }

  /** Measured from the first question on, and from each to the next. */
  #loopDelay(): Metric {
    if (this.#delay === null) {
      this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
      this.#delay.enable()
    }
    const metric = loopDelayMetric(this.#delay)
    this.#delay.reset()
    return metric
  }
}
