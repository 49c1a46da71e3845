import type { OpenRequest } from './open-request.js'

/** What an HTTP request is, without its times. */
export type RequestFacts = Pick<OpenRequest, 'side' | 'method' | 'path' | 'host' | 'state'>

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
}

export function serverRequest({ method, url, originalUrl, isAnswering, isComplete }: ServerMessage): RequestFacts {
  const path = pathOf(originalUrl ?? url)
  const state = isAnswering ? 'answering' : isComplete ? 'unanswered' : 'arriving'
  return { side: 'server', method, path, host: null, state }
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
  /** The program has ended it: nothing more of its body is to come. */
  readonly isEnded: boolean
  readonly hasAnswer: boolean
}

export function clientRequest(message: ClientMessage): RequestFacts {
  const { method, path, host, agentKey, header, isQueued, isConnecting, isEnded, hasAnswer } = message
  const sent = header === null ? null : (/^\S+ (\S+) HTTP\//.exec(header)?.[1] ?? null)
  const sending = isEnded ? 'sent' : 'sending'
  const state = isQueued ? 'queued' : isConnecting ? 'connecting' : hasAnswer ? 'receiving' : sending
  return { side: 'client', method, path: pathOf(sent ?? path), host: withPort(host, agentKey), state }
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
