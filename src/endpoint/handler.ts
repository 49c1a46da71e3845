import type { IncomingMessage, ServerResponse } from 'node:http'
import { jsonText } from '../format/json-text.js'
import { packSnapshot } from '../format/page-snapshot.js'
import type { Metric } from '../format/process-metrics.js'
import { PROMETHEUS_TYPE, prometheusText } from '../format/prometheus-text.js'
import { tasksTable } from '../format/tasks-table.js'
import { tasksText } from '../format/tasks-text.js'
import { pageSecurityPolicy, waitGraphPage } from '../format/wait-graph-page.js'
import { waitGraphText } from '../format/wait-graph-text.js'
import { ArgumentError, checkOptions } from '../model/argument-error.js'
import { askingRequests } from '../model/asking-requests.js'
import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { type Access, type AccessOptions, accessCheck } from './access.js'
import { AnswersUnderWay } from './answers-under-way.js'
import { RequestRefusal } from './request-refusal.js'
import { type Route, routeOf, type TasksFormat } from './routes.js'
import { SampledMetrics } from './sampled-metrics.js'
import { SharedCaptures, shareWhileUnderWay } from './shared-captures.js'

/** Where the handler is mounted, and who may ask. */
export interface DebugHandlerOptions extends AccessOptions {
  /** `/debug/async`: needed where the framework leaves the whole path in `request.url` (all but Express). */
  readonly path?: string
}

/** Answers at once or later; never throws, never rejects, and has nothing that could be awaited. */
export type DebugHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

/** Where the handler has its pictures from. */
export interface CaptureSource {
  getTasks(options: { includeStacks: boolean; heap: boolean }): Promise<TaskDump>
  captureWaitGraph(options: { heap: boolean }): Promise<WaitGraph>
}

const JSON_TYPE = 'application/json; charset=utf-8'
const TEXT_TYPE = 'text/plain; charset=utf-8'
/** As Go's `/debug/pprof` has it. */
const PROFILE_TYPE = 'application/octet-stream'
const HTML_TYPE = 'text/html; charset=utf-8'

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** @throws {TypeError} for options that it does not take. */
export function handlerOf(source: CaptureSource, options: DebugHandlerOptions = {}): DebugHandler {
  checkOptions(options, ['path', 'allow', 'token', 'hosts'])
  const access = accessCheck(options)
  const mount = mountOption(options.path)
  const captures = new SharedCaptures()
  const sampled = new SampledMetrics(() => source.captureWaitGraph({ heap: false }), captures)
  const capturesOf = (heap: boolean): Capture => ({
    tasks: captures.of(() => source.getTasks({ includeStacks: false, heap }).then(hintedDump)),
    stacks: captures.of(() => source.getTasks({ includeStacks: true, heap }).then(hintedDump)),
    graph: captures.of(() => source.captureWaitGraph({ heap }).then(hinted)),
    metrics: () => sampled.read(),
  })
  const ofRecords = capturesOf(false)
  const ofHeap = capturesOf(true)
  const bodies = new Map<string, () => Promise<Buffer>>()
  const bodyOf = (route: DataRoute): Promise<Buffer> => {
    const key = JSON.stringify(route)
    const capture = 'heap' in route && route.heap ? ofHeap : ofRecords
    const make = bodies.get(key) ?? shareWhileUnderWay(() => answerTo(route, capture).then((body) => Buffer.from(body)))
    bodies.set(key, make)
    return make()
  }
  const underWay = new AnswersUnderWay()
  let page: Buffer | null = null
  // Nobody waits for the capture but its own reactions: the request is no task of the picture that it asks for.
  return (request, response, next) => {
    const [path, query] = targetOf(request, mount)
    if (path === null && next !== undefined) return next()
    askingRequests.add(request)
    try {
      access.address(request)
      checkMethod(request)
      const route = routeOf(path ?? '?', query)
      if (route.kind === 'page') {
        page ??= Buffer.from(waitGraphPage())
        return sendPage(request, response, access, page)
      }
      access.origin(request)
      access.token(request)
      const type = typeOf(route)
      if (request.method === 'HEAD') return send(response, 200, type, null)
      bodyOf(route)
        .then((body) => {
          if (canAnswer(response)) underWay.send(response, body, () => send(response, 200, type, body))
        })
        .catch((error) => refuse(request, response, error))
    } catch (error) {
      refuse(request, response, error)
    }
  }
}

type DataRoute = Exclude<Route, { kind: 'page' }>
interface Capture {
  readonly tasks: () => Promise<TaskDump>
  readonly stacks: () => Promise<TaskDump>
  readonly graph: () => Promise<WaitGraph>
  readonly metrics: () => Promise<readonly Metric[]>
}

function typeOf({ format }: DataRoute): string {
  if (format === 'json') return JSON_TYPE
  if (format === 'prometheus') return PROMETHEUS_TYPE
  return format === 'pprof' ? PROFILE_TYPE : TEXT_TYPE
}

/** What a note says of an option is asked for in a query here. */
function hinted<T extends { readonly incomplete?: string }>(part: T): T {
  const { incomplete } = part
  return incomplete === undefined ? part : { ...part, incomplete: incomplete.replaceAll('{ heap: true }', 'heap=1') }
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
          return JSON.stringify(packSnapshot({ takenAtMs: dump.takenAtMs, dump, graph }))
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

/**
 * The page has no data in it: it asks for them. So it is also what a browser without the token gets, with
 * the status that says so: it has a field for the token.
 */
function sendPage(request: IncomingMessage, response: ServerResponse, access: Access, page: Buffer): void {
  const refusal = refusalOf(() => access.token(request))
  const headers = {
    ...refusal?.headers,
    'content-security-policy': `${pageSecurityPolicy(true)}; frame-ancestors 'none'`,
  }
  const body = request.method === 'HEAD' ? null : page
  send(response, refusal === null ? 200 : refusal.status, HTML_TYPE, body, headers)
}

function refusalOf(check: () => void): RequestRefusal | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof RequestRefusal) return error
    throw error
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof RequestRefusal
      ? error
      : new RequestRefusal(
          500,
          'CAPTURE_FAILED',
          `The capture failed: ${error instanceof Error ? error.message : error}`,
        )
  const { status, code, message, headers } = refusal
  const body = request.method === 'HEAD' ? null : `${jsonText({ error: { code, message } })}\n`
  send(response, status, JSON_TYPE, body, headers)
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer | null,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (!canAnswer(response)) return
  for (const [name, value] of Object.entries({ ...HEADERS, 'content-type': type, ...headers })) {
    response.setHeader(name, value)
  }
  response.statusCode = status
  if (body === null) response.end()
  else response.setHeader('content-length', Buffer.byteLength(body)).end(body)
}

/** Not where somebody else has answered meanwhile (a time limit of the framework's), or nobody is there any more. */
function canAnswer({ headersSent, writableEnded, destroyed }: ServerResponse): boolean {
  return !headersSent && !writableEnded && !destroyed
}

function checkMethod({ method }: IncomingMessage): void {
  if (method === 'GET' || method === 'HEAD') return
  throw new RequestRefusal(405, 'METHOD_NOT_ALLOWED', 'Only GET and HEAD are answered.', { allow: 'GET, HEAD' })
}

/** The path below the mount (null outside of it), and the query. */
function targetOf(request: IncomingMessage, mount: string): [string | null, URLSearchParams] {
  const { originalUrl } = request as { originalUrl?: unknown }
  // Express takes its mount off `url`; what a `path` is given for is the whole.
  const url = mount !== '' && typeof originalUrl === 'string' ? originalUrl : (request.url ?? '/')
  const at = url.indexOf('?')
  const path = at === -1 ? url : url.slice(0, at)
  const query = new URLSearchParams(at === -1 ? '' : url.slice(at + 1))
  if (mount === '') return [path, query]
  return [path === mount || path.startsWith(`${mount}/`) ? path.slice(mount.length) : null, query]
}

function mountOption(path: unknown): string {
  if (path === undefined) return ''
  const takes = "a path that begins with '/'"
  if (typeof path !== 'string') throw new ArgumentError('ERR_INVALID_ARG_TYPE', 'options.path', takes, path)
  if (!/^\/[^?#\s]*$/.test(path)) throw new ArgumentError('ERR_INVALID_ARG_VALUE', 'options.path', takes, path)
  return path.replace(/\/+$/, '')
}
