import type { Frame } from './frame.js'
import type { ClientRequestState, OpenRequest } from './open-request.js'
import { isProgramFrame } from './package-of.js'

/** What an HTTP request is, without its times. */
export type RequestFacts = Pick<
  OpenRequest,
  'side' | 'method' | 'path' | 'host' | 'state' | 'missingBytes' | 'connection'
>

/** What only the process itself tells of a message's socket; null where it cannot be asked. */
export interface MessageNumbers {
  /** Bytes that the program has written and the system has not taken. */
  readonly unsentBytes: number | null
  /** Bytes of this message's body that the system has taken; null if the socket has carried others before. */
  readonly bodyBytes: number | null
  readonly local: string | null
  readonly remote: string | null
}

export const NO_NUMBERS: MessageNumbers = Object.freeze({
  unsentBytes: null,
  bodyBytes: null,
  local: null,
  remote: null,
})

/** In these states nothing has been written, or received, since it began. */
const SILENT: ReadonlySet<OpenRequest['state']> = new Set([
  ...(['arriving', 'unanswered', 'queued', 'connecting', 'securing', 'blocked', 'short', 'ended', 'sent'] as const),
])

/** @param lastIn the function that a router called last. One of a package is left out: it is not where to look. */
export function openRequest(
  facts: RequestFacts,
  { ageMs, lastIn, ...more }: Pick<OpenRequest, 'ageMs' | 'lastIn' | 'nodeIds' | 'threadId'>,
): OpenRequest {
  const ofProgram: Frame | null = lastIn !== null && isProgramFrame(lastIn) ? lastIn : null
  return Object.freeze({
    ...facts,
    ageMs,
    silentMs: SILENT.has(facts.state) ? ageMs : null,
    lastIn: ofProgram,
    ...more,
  })
}

/** What Node keeps of a request that a server has to answer (Node 20 to 26); null where it is no string. */
export interface ServerMessage {
  readonly method: string | null
  readonly url: string | null
  /** Express, connect and their like shorten `url` while a router handles it, and keep the whole here. */
  readonly originalUrl: string | null
  /** The header of the answer has been made. */
  readonly isAnswering: boolean
  /** The body of the request has arrived to its end. */
  readonly isComplete: boolean
  readonly numbers: MessageNumbers
}

export function serverRequest(message: ServerMessage): RequestFacts {
  const { method, url, originalUrl, isAnswering, isComplete, numbers } = message
  const path = pathOf(originalUrl ?? url)
  const state = isAnswering ? 'answering' : isComplete ? 'unanswered' : 'arriving'
  return { side: 'server', method, path, host: null, state, ...between(numbers.remote, numbers.local) }
}

function between(client: string | null, server: string | null): Pick<OpenRequest, 'connection'> {
  return client === null || server === null ? {} : { connection: `${client} > ${server}` }
}

/** What Node keeps of a request to another server (Node 20 to 26); null where it is no string. */
export interface ClientMessage {
  readonly method: string | null
  readonly path: string | null
  readonly host: string | null
  /** By which its Agent knows the server: `host:port:` and more. */
  readonly agentKey: string | null
  /** The text of the request's header, once it has been made. */
  readonly header: string | null
  readonly isQueued: boolean
  readonly isConnecting: boolean
  /** In the TLS handshake. */
  readonly isSecuring: boolean
  /** The program has ended it: nothing more of its body is to come. */
  readonly isEnded: boolean
  /** What it has written waits in the message. */
  readonly hasOutput: boolean
  readonly hasAnswer: boolean
  readonly numbers: MessageNumbers
}

export function clientRequest(message: ClientMessage): RequestFacts {
  const { method, path, host, agentKey, header, numbers } = message
  const sent = header === null ? null : (/^\S+ (\S+) HTTP\//.exec(header)?.[1] ?? null)
  const state = stateOf(message)
  return {
    side: 'client',
    method,
    path: pathOf(sent ?? path),
    host: withPort(host, agentKey),
    state,
    ...missing(state, message),
    ...between(numbers.local, numbers.remote),
  }
}

/** That the program has called `end()` does not tell that anything has left the process. */
function stateOf(message: ClientMessage): ClientRequestState {
  const { isQueued, isConnecting, isSecuring, isEnded, hasOutput, hasAnswer, header, numbers } = message
  if (isQueued) return 'queued'
  if (isConnecting) return 'connecting'
  if (isSecuring) return 'securing'
  if (hasAnswer) return 'receiving'
  if (!isEnded) return 'sending'
  if (hasOutput || (numbers.unsentBytes ?? 0) > 0) return 'blocked'
  const promised = promisedBytes(header)
  if (promised === 0) return 'sent'
  if (promised === null || numbers.bodyBytes === null) return 'ended'
  return numbers.bodyBytes < promised ? 'short' : 'sent'
}

function missing(state: ClientRequestState, { header, numbers }: ClientMessage): Pick<OpenRequest, 'missingBytes'> {
  if (state === 'short') return { missingBytes: (promisedBytes(header) ?? 0) - (numbers.bodyBytes ?? 0) }
  return state === 'blocked' && numbers.unsentBytes !== null ? { missingBytes: numbers.unsentBytes } : {}
}

/**
 * 0 for a request without a body, and for one that is sent in chunks: its end is written with `end()`. Null if the header
 * is not known in full.
 */
function promisedBytes(header: string | null): number | null {
  if (header?.endsWith('\r\n\r\n') !== true) return null
  return Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(header)?.[1] ?? 0)
}

/** The header `Host` is not asked: a proxy passes on that of its client. */
function withPort(host: string | null, agentKey: string | null): string | null {
  if (host === null || agentKey?.startsWith(`${host}:`) !== true) return host
  const port = /^\d+/.exec(agentKey.slice(host.length + 1))?.[0]
  return port === undefined ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Without the query string and the user, which may be secrets; of an absolute URL, the path alone. */
export function pathOf(url: string | null): string | null {
  if (url === null) return null
  const [path = ''] = url.split(/[?#]/, 1)
  return path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '') || '/'
}

/** What undici keeps of a request (undici 6 to 8); null where it is no string. */
export interface UndiciMessage {
  readonly method: string | null
  readonly path: string | null
  /** `host: 10.0.0.7:80`, with or without the name of the header. */
  readonly hostHeader: string | null
  readonly isConnected: boolean
  /** It has been given a connection. */
  readonly isBegun: boolean
  readonly hasAnswer: boolean
  readonly hasBody: boolean
  readonly numbers: MessageNumbers
}

export function undiciRequest(message: UndiciMessage): RequestFacts {
  const { method, path, hostHeader, isConnected, isBegun, hasAnswer, hasBody, numbers } = message
  const state = ((): ClientRequestState => {
    if (!isBegun) return isConnected ? 'queued' : 'connecting'
    if (hasAnswer) return 'receiving'
    if (numbers.unsentBytes !== null && numbers.unsentBytes > 0) return 'blocked'
    return hasBody ? 'ended' : 'sent'
  })()
  const host = hostHeader?.replace(/^host: */i, '').trim() ?? null
  const missingBytes = state === 'blocked' && numbers.unsentBytes !== null ? { missingBytes: numbers.unsentBytes } : {}
  return {
    ...{ side: 'client', method, path: pathOf(path), host: host === '' ? null : host, state, ...missingBytes },
    ...between(numbers.local, numbers.remote),
  }
}
