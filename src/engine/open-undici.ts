import { NO_NUMBERS, undiciRequest } from '../model/request-facts.js'
import type { OpenMessage } from './open-messages.js'
import { ownValue } from './own-value.js'
import { readMessageNumbers } from './read-messages.js'

/**
 * The requests that undici's clients have on their connections, or keep for them; Node's own `fetch` uses the same (undici 6
 * to 8). Read from own data properties of the sockets: one that is connecting does not tell its client.
 *
 * @param active Node's active handles.
 */
export function openUndiciRequests(active: readonly object[]): OpenMessage[] {
  const clients = new Map<object, object>()
  for (const socket of active) {
    const client = ownValue(bySymbol(socket, 'parser'), 'client')
    if (typeof client === 'object' && client !== null && bySymbol(client, 'socket') === socket) {
      clients.set(client, socket)
    }
  }
  return [...clients].flatMap(([client, socket]) => ofClient(client, socket))
}

function ofClient(client: object, socket: object): OpenMessage[] {
  const queue = bySymbol(client, 'queue')
  const hostHeader = textOf(bySymbol(client, 'host header'))
  if (!Array.isArray(queue) || hostHeader === null) return []
  const open: OpenMessage[] = []
  // The places of those that are done are empty.
  for (let i = 0; i < queue.length; i++) {
    const request = ownValue(queue, i)
    if (typeof request !== 'object' || request === null) continue
    const handler = bySymbol(request, 'handler')
    if (typeof handler !== 'object' || handler === null) continue
    const isBegun = isSomething(bySymbol(request, 'controller')) || isSomething(ownValue(request, 'abort'))
    const statusText = open.length === 0 ? textOf(ownValue(bySymbol(socket, 'parser'), 'statusText')) : null
    const incoming = answerOf(handler)
    const [numbers = NO_NUMBERS] = isBegun ? readMessageNumbers([socket]) : []
    const facts = undiciRequest({
      method: textOf(ownValue(request, 'method')),
      path: textOf(ownValue(request, 'path')),
      hostHeader,
      isConnected: true,
      isBegun,
      hasAnswer: incoming !== null || (statusText ?? '') !== '',
      hasBody: isSomething(ownValue(request, 'body')),
      numbers,
    })
    open.push({ facts, message: request, incoming })
  }
  return open
}

/** The body that a handler, or the one that it passes everything on to, has handed out. */
function answerOf(handler: object): object | null {
  let at: unknown = handler
  for (let depth = 0; typeof at === 'object' && at !== null && depth < MOST_HANDLERS; depth++) {
    const res = ownValue(at, 'res')
    if (typeof res === 'object' && res !== null) return res
    at = ownValue(at, 'handler')
  }
  return null
}

const MOST_HANDLERS = 6

function isSomething(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function bySymbol(object: unknown, description: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  const symbol = Object.getOwnPropertySymbols(object).find((each) => each.description === description)
  return symbol === undefined ? undefined : ownValue(object, symbol)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
