import {
  clientRequest,
  type MessageNumbers,
  NO_NUMBERS,
  type RequestFacts,
  serverRequest,
} from '../model/request-facts.js'
import { builtinModule } from './builtin-modules.js'
import { ownValue } from './own-value.js'
import { readMessageNumbers } from './read-messages.js'

/** An HTTP request of this thread that has no complete answer. */
export interface OpenMessage {
  readonly facts: RequestFacts
  /** Node's `ServerResponse` or `ClientRequest`. */
  readonly message: object
  /** Node's `IncomingMessage`: of a server's, the request; of a client's, the answer, if it has begun. */
  readonly incoming: object | null
}

/**
 * The requests that this thread's servers have not answered in full, and those to others without a complete answer. They
 * are read from own data properties of Node's sockets: nothing of ours keeps a request alive (Node 20 to 26).
 *
 * @param active Node's active handles.
 */
export function openMessages(active: readonly object[]): OpenMessage[] {
  const found = new Map<object, OpenMessage>()
  for (const socket of [...active, ...active.flatMap(socketsOfServer)]) {
    const message = ownValue(socket, '_httpMessage')
    if (typeof message !== 'object' || message === null || found.has(message)) continue
    const [numbers = NO_NUMBERS] = readMessageNumbers([socket])
    const read = isOf(message, 'ServerResponse') ? ofServer(message, numbers) : ofClient(message, socket, numbers)
    if (read !== null) found.set(message, read)
  }
  for (const message of queuedBehind(found.keys())) {
    const read = found.has(message) ? null : ofClient(message, null, NO_NUMBERS)
    if (read !== null) found.set(message, read)
  }
  return [...found.values()]
}

/** TLS sockets are no active handles themselves: a server's list of its connections has them. */
function socketsOfServer(server: object): object[] {
  const list = bySymbol(server, 'http.server.connections')
  const all = typeof list === 'object' && list !== null ? ownValue(Object.getPrototypeOf(list), 'all') : undefined
  if (typeof all !== 'function') return []
  const parsers = Reflect.apply(all, list, []) as unknown
  if (!Array.isArray(parsers)) return []
  return parsers.flatMap((parser) => {
    const socket = ownValue(parser, 'socket')
    return typeof socket === 'object' && socket !== null ? [socket] : []
  })
}

function ofServer(message: object, numbers: MessageNumbers): OpenMessage | null {
  const incoming = objectIn(message, 'req')
  if (incoming === null || ownValue(message, 'destroyed') === true) return null
  const facts = serverRequest({
    method: textIn(incoming, 'method'),
    url: textIn(incoming, 'url'),
    originalUrl: textIn(incoming, 'originalUrl'),
    isAnswering: textIn(message, '_header') !== null,
    isComplete: ownValue(incoming, 'complete') !== false,
    numbers,
  })
  return { facts, message, incoming }
}

/** @param socket null while it waits for one. */
function ofClient(message: object, socket: object | null, numbers: MessageNumbers): OpenMessage | null {
  if (!isOf(message, 'ClientRequest')) return null
  // An upgraded socket is the program's: it has its answer.
  if (ownValue(message, 'destroyed') === true || ownValue(message, 'upgradeOrConnect') === true) return null
  const incoming = objectIn(message, 'res')
  if (incoming !== null && ownValue(incoming, 'complete') === true && socket === null) return null
  const facts = clientRequest({
    method: textIn(message, 'method'),
    path: textIn(message, 'path') ?? textOf(bySymbol(message, 'kPath')),
    host: textIn(message, 'host'),
    agentKey: keyOf(message, socket),
    header: textIn(message, '_header'),
    isQueued: socket === null,
    isConnecting: socket !== null && ownValue(socket, 'connecting') === true,
    isSecuring: socket !== null && ownValue(socket, 'secureConnecting') === true,
    isEnded: ownValue(message, 'finished') !== false,
    hasOutput: elementsOf(ownValue(message, 'outputData')).length > 0,
    hasAnswer: incoming !== null,
    numbers,
  })
  return { facts, message, incoming }
}

/** By which its Agent knows the server. */
function keyOf(message: object, socket: object | null): string | null {
  const agent = objectIn(message, 'agent')
  const lists = agent === null ? null : objectIn(agent, socket === null ? 'requests' : 'sockets')
  if (lists === null) return null
  const isListed = (key: string) => elementsOf(ownValue(lists, key)).includes(socket ?? message)
  return Object.keys(lists).find(isListed) ?? null
}

function elementsOf(array: unknown): object[] {
  const found: object[] = []
  const length = Array.isArray(array) ? array.length : 0
  for (let i = 0; i < length; i++) {
    const value = ownValue(array, i)
    if (typeof value === 'object' && value !== null) found.push(value)
  }
  return found
}

/** The requests that wait for a socket in the Agents of others. */
function* queuedBehind(messages: Iterable<object>): Generator<object> {
  const agents = new Set([...messages].map((message) => objectIn(message, 'agent')))
  for (const agent of agents) {
    const queues = agent === null ? null : objectIn(agent, 'requests')
    if (queues === null) continue
    for (const key of Object.keys(queues)) yield* elementsOf(ownValue(queues, key))
  }
}

function isOf(object: object, name: 'ServerResponse' | 'ClientRequest'): boolean {
  const prototype = ownValue(ownValue(builtinModule('http'), name), 'prototype')
  for (let at: unknown = Object.getPrototypeOf(object); at !== null; at = Object.getPrototypeOf(at)) {
    if (at === prototype) return true
  }
  return false
}

function bySymbol(object: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(object).find((each) => each.description === description)
  return symbol === undefined ? undefined : ownValue(object, symbol)
}

function objectIn(object: object, name: string): object | null {
  const value = ownValue(object, name)
  return typeof value === 'object' && value !== null ? value : null
}

function textIn(object: object, name: string): string | null {
  return textOf(ownValue(object, name))
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
