import type { OpenRequest } from '../model/open-request.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { type Finding, findingsOf } from './findings.js'

/** What is measured: its name without prefix and unit, what it means, and its unit (seconds, or none). */
export const METRICS = {
  tasks: { help: 'Pending tasks, by what they wait for.', unit: '' },
  oldest_task_age: { help: 'Age of the oldest pending task.', unit: 's' },
  deadlocks: { help: 'Rings of tasks that wait for each other.', unit: '' },
  blocked_forever: { help: 'Tasks that wait for something that can no longer happen.', unit: '' },
  lost_functions: { help: 'Suspended functions that nothing can resume.', unit: '' },
  open_requests: { help: 'HTTP requests without a complete answer.', unit: '' },
  oldest_request_age: { help: 'Age of the oldest of them.', unit: 's' },
  resource_waiters: { help: 'Tasks that wait for a pool, a lock or a limiter.', unit: '' },
  resource_in_use: { help: 'Parts of it that are in use.', unit: '' },
  resource_capacity: { help: 'Parts of it in all.', unit: '' },
  resource_leaked: { help: 'Parts of it that nothing can give back.', unit: '' },
  event_loop_delay: { help: 'How late the event loop was since the last reading.', unit: 's' },
  capture_pause: { help: 'How long the last capture stopped the thread.', unit: 's' },
  capture_age: { help: 'How old the figures of the last capture are.', unit: 's' },
} as const

export type MetricName = keyof typeof METRICS

/** One figure of a process at one time, by labels. */
export interface Metric {
  readonly name: MetricName
  readonly points: readonly MetricPoint[]
}

export interface MetricPoint {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** When a graph was taken, and for how long that stopped the thread. */
export interface GraphSample {
  readonly graph: WaitGraph
  /** Milliseconds since the Unix epoch. */
  readonly takenAtMs: number
  readonly pauseMs: number
}

/** What a graph of waits says in figures. Labels have few values: no ids, no paths of requests. */
export function processMetrics({ graph, takenAtMs, pauseMs }: GraphSample, nowMs: number): Metric[] {
  const tasks = graph.nodes.filter(({ task, leaf }) => task !== null && leaf === null)
  const agesMs = tasks.map(({ task }) => takenAtMs - (task?.createdAtMs ?? Number.NaN)).filter((age) => age >= 0)
  const findings = findingsOf(graph)
  const requests = graph.requests ?? []
  return [
    metric('tasks', counts(tasks, kindsWaitedFor(graph))),
    metric('oldest_task_age', one(maximum(agesMs) / 1_000)),
    metric('deadlocks', one(graph.cycles.length)),
    metric('blocked_forever', one(neverCount(findings))),
    metric('lost_functions', one(lostCount(graph))),
    metric('open_requests', requestCounts(requests)),
    metric('oldest_request_age', requestAges(requests)),
    ...resourceMetrics(findings),
    metric('capture_pause', one(pauseMs / 1_000)),
    metric('capture_age', one(Math.max(0, nowMs - takenAtMs) / 1_000)),
  ]
}

/** Delays of the event loop in nanoseconds, as `perf_hooks.monitorEventLoopDelay()` has them. */
export interface LoopDelay {
  readonly count: number
  readonly max: number
  percentile(percent: number): number
}

export function loopDelayMetric(delay: LoopDelay): Metric {
  const seconds = (nanoseconds: number) => (delay.count === 0 ? 0 : nanoseconds / 1e9)
  return metric('event_loop_delay', [
    { labels: { quantile: '0.5' }, value: seconds(delay.percentile(50)) },
    { labels: { quantile: '0.99' }, value: seconds(delay.percentile(99)) },
    { labels: { quantile: '1' }, value: seconds(delay.max) },
  ])
}

function metric(name: MetricName, points: readonly MetricPoint[]): Metric {
  return { name, points }
}

function one(value: number): MetricPoint[] {
  return [{ labels: {}, value }]
}

/** Of each task the kind of the first thing that it waits for: `ready` if that has come. */
function kindsWaitedFor({ nodes, edges }: WaitGraph): (task: WaitNode) => string {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]))
  const waitedFor = new Map<number, string>()
  for (const { from, to } of edges) {
    const kind = kinds.get(to)
    if (kind !== undefined && !waitedFor.has(from)) waitedFor.set(from, kind)
  }
  return ({ id }) => waitedFor.get(id) ?? 'ready'
}

function counts(tasks: readonly WaitNode[], kindOf: (task: WaitNode) => string): MetricPoint[] {
  return summed(tasks.map((task) => ({ labels: { waiting_on: kindOf(task) }, value: 1 })))
}

function requestCounts(requests: readonly OpenRequest[]): MetricPoint[] {
  return summed(requests.map(({ side, state }) => ({ labels: { side, state }, value: 1 })))
}

/** One point for all that have the same labels. */
function summed(points: readonly MetricPoint[]): MetricPoint[] {
  const found = new Map<string, MetricPoint>()
  for (const { labels, value } of points) {
    const key = JSON.stringify(labels)
    found.set(key, { labels, value: value + (found.get(key)?.value ?? 0) })
  }
  return [...found.values()]
}

function requestAges(requests: readonly OpenRequest[]): MetricPoint[] {
  return (['server', 'client'] as const).flatMap((side) => {
    const agesMs = requests.flatMap((request) => (request.side === side ? (request.ageMs ?? []) : []))
    return agesMs.length === 0 ? [] : [{ labels: { side }, value: maximum(agesMs) / 1_000 }]
  })
}

function neverCount(findings: readonly Finding[]): number {
  return new Set(findings.flatMap((found) => (found.kind === 'never' ? found.waiters.map(({ id }) => id) : []))).size
}

function lostCount({ lost = [] }: WaitGraph): number {
  return lost.reduce((sum, { count }) => sum + count, 0)
}

function resourceMetrics(findings: readonly Finding[]): Metric[] {
  const queues = findings.flatMap((found) => (found.kind === 'queue' ? [found] : []))
  const points = (figure: (queue: (typeof queues)[number]) => number | null) =>
    summed(
      queues.flatMap((queue) => {
        const value = figure(queue)
        const labels = { resource: queue.resource.label, package: queue.use.package ?? '' }
        return value === null ? [] : [{ labels, value }]
      }),
    )
  return [
    metric(
      'resource_waiters',
      points((q) => q.waiters.length),
    ),
    metric(
      'resource_in_use',
      points(({ use }) => use.inUse),
    ),
    metric(
      'resource_capacity',
      points(({ use }) => use.capacity),
    ),
    metric(
      'resource_leaked',
      points(({ use }) => leakedOf(use.holders)),
    ),
  ]
}

function leakedOf(holders: readonly { readonly state: string; readonly count: number }[]): number {
  return holders.reduce((sum, { state, count }) => (state === 'leaked' ? sum + count : sum), 0)
}

/** Not spread into `Math.max`: there may be more than a call takes arguments. 0 without values. */
function maximum(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0)
}
