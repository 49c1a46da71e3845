import { jsonText } from '../format/json-text.js'
import { packSnapshot } from '../format/page-snapshot.js'
import type { Metric } from '../format/process-metrics.js'
import { prometheusText } from '../format/prometheus-text.js'
import { tasksTable } from '../format/tasks-table.js'
import { tasksText } from '../format/tasks-text.js'
import { waitGraphPage } from '../format/wait-graph-page.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { AnswersUnderWay } from './answers-under-way.js'
import type { Route, TasksFormat } from './routes.js'
import { SampledMetrics } from './sampled-metrics.js'
import { SharedCaptures, shareWhileUnderWay } from './shared-captures.js'

/** Where the handler has its pictures from. */
export interface CaptureSource {
  getTasks(options: { includeStacks: boolean; heap: boolean }): Promise<TaskDump>
  captureWaitGraph(options: { heap: boolean }): Promise<WaitGraph>
}

export type DataRoute = Exclude<Route, { kind: 'page' }>

interface Capture {
  readonly tasks: () => Promise<TaskDump>
  readonly stacks: () => Promise<TaskDump>
  readonly graph: () => Promise<WaitGraph>
  readonly metrics: () => Promise<readonly Metric[]>
}

/**
 * What is answered about one source. All handlers of a source have the same: a program may make a handler for each
 * request, and a crowd of requests is to pause the process once all the same.
 */
export class EndpointAnswers {
  readonly underWay = new AnswersUnderWay()
  readonly #ofRecords: Capture
  readonly #ofHeap: Capture
  readonly #bodies = new Map<string, () => Promise<Buffer>>()
  #page: Buffer | null = null

  constructor(source: CaptureSource) {
    const captures = new SharedCaptures()
    const sampled = new SampledMetrics(() => source.captureWaitGraph({ heap: false }), captures)
    const capturesOf = (heap: boolean): Capture => ({
      tasks: captures.of(() => source.getTasks({ includeStacks: false, heap }).then(hintedDump)),
      stacks: captures.of(() => source.getTasks({ includeStacks: true, heap }).then(hintedDump)),
      graph: captures.of(() => source.captureWaitGraph({ heap }).then(hinted)),
      metrics: () => sampled.read(),
    })
    this.#ofRecords = capturesOf(false)
    this.#ofHeap = capturesOf(true)
  }

  body(route: DataRoute): Promise<Buffer> {
    const key = JSON.stringify(route)
    const capture = 'heap' in route && route.heap ? this.#ofHeap : this.#ofRecords
    const make =
      this.#bodies.get(key) ?? shareWhileUnderWay(() => answerTo(route, capture).then((body) => Buffer.from(body)))
    this.#bodies.set(key, make)
    return make()
  }

  page(): Buffer {
    this.#page ??= Buffer.from(waitGraphPage())
    return this.#page
  }
}

const known = new WeakMap<CaptureSource, EndpointAnswers>()

export function answersFrom(source: CaptureSource): EndpointAnswers {
  const answers = known.get(source) ?? new EndpointAnswers(source)
  known.set(source, answers)
  return answers
}

const HEAP_HINT = 'heap=1'

/** Notes name an option; here it is a parameter of the query. */
function hinted<T extends { readonly incomplete?: string }>(part: T): T {
  const { incomplete } = part
  return incomplete === undefined ? part : { ...part, incomplete: incomplete.replaceAll('{ heap: true }', HEAP_HINT) }
}

function hintedDump(dump: TaskDump): TaskDump {
  return { ...dump, threads: dump.threads.map(hinted) }
}

/** No async function of ours waits here: it would be a waiter in the picture that it waits for. */
function answerTo(route: DataRoute, capture: Capture): Promise<string | Buffer> {
  switch (route.kind) {
    case 'graph':
      return capture.graph().then((graph) => `${waitGraphText(graph, route.format)}\n`)
    case 'metrics':
      return capture.metrics().then(prometheusText)
    case 'profile':
      // Loaded by those who ask for it.
      return capture
        .stacks()
        .then((dump) => import('../format/task-profile.js').then(({ taskProfile }) => taskProfile(dump)))
    case 'snapshot':
      return capture.stacks().then((dump) => {
        return capture.graph().then((graph) => {
          const heapHelps = [graph, ...dump.threads].some(({ incomplete }) => incomplete?.includes(HEAP_HINT))
          return JSON.stringify(packSnapshot({ takenAtMs: dump.takenAtMs, dump, graph, heapHelps }))
        })
      })
    case 'tasks':
      return (route.includeStacks ? capture.stacks() : capture.tasks()).then((dump) => tasksBody(dump, route.format))
  }
}

function tasksBody(dump: TaskDump, format: TasksFormat): string {
  if (format === 'json') return jsonText(dump, 0)
  return `${format === 'table' ? tasksTable(dump, 'relative') : tasksText(dump, 'relative')}\n`
}
