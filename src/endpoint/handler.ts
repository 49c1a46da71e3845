import type { IncomingMessage, ServerResponse } from 'node:http'
import { jsonText } from '../format/json-text.js'
import { PROMETHEUS_TYPE } from '../format/prometheus-text.js'
import { pageSecurityPolicy } from '../format/wait-graph-page.js'
import { ArgumentError, checkOptions } from '../model/argument-error.js'
import { askingRequests } from '../model/asking-requests.js'
import { type Access, type AccessOptions, accessCheck } from './access.js'
import { answersFrom, type CaptureSource, type DataRoute } from './endpoint-answers.js'
import { RequestRefusal } from './request-refusal.js'
import { routeOf } from './routes.js'

/** Where the handler is mounted, and who may use it. */
export interface DebugHandlerOptions extends AccessOptions {
  /** For example `/debug/async`. Required if the framework leaves the whole path in `request.url` (all but Express). */
  readonly path?: string
}

/** Answers at once or later. It never throws, and returns nothing that could be awaited. */
export type DebugHandler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void

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

/** @throws {TypeError} if an option is unknown or has a wrong value. */
export function handlerOf(source: CaptureSource, options: DebugHandlerOptions = {}): DebugHandler {
  checkOptions(options, ['path', 'allow', 'token', 'hosts'])
  const access = accessCheck(options)
  const mount = mountOption(options.path)
  const answers = answersFrom(source)
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
        return sendPage(request, response, access, answers.page())
      }
      access.origin(request)
      access.token(request)
      const type = typeOf(route)
      if (request.method === 'HEAD') return send(response, 200, type, null)
      answers
        .body(route)
        .then((body) => {
          if (canAnswer(response)) answers.underWay.send(response, body, () => send(response, 200, type, body))
        })
        .catch((error) => refuse(request, response, error))
    } catch (error) {
      refuse(request, response, error)
    }
  }
}

function typeOf({ format }: DataRoute): string {
  if (format === 'json') return JSON_TYPE
  if (format === 'prometheus') return PROMETHEUS_TYPE
  return format === 'pprof' ? PROFILE_TYPE : TEXT_TYPE
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
  throw new RequestRefusal(405, 'METHOD_NOT_ALLOWED', 'Only GET and HEAD are allowed.', { allow: 'GET, HEAD' })
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
