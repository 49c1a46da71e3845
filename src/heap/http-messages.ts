import { clientRequest, type MessageNumbers, type RequestFacts, serverRequest } from '../model/request-facts.js'
import { type HeapEdge, type HeapView, NONE } from './heap-view.js'
import { joinedText } from './joined-text.js'
import { NodeClasses } from './node-classes.js'

/** An HTTP request without a complete answer, in a heap. */
export interface HeapMessage {
  readonly side: 'server' | 'client'
  /** @param numbers what only the process itself tells of its socket. */
  readonly factsWith: (numbers: MessageNumbers) => RequestFacts
  /** Node's socket. */
  readonly socket: number
  /** Node's `ServerResponse` or `ClientRequest`. */
  readonly message: number
  /** Node's `IncomingMessage`; `NONE` for a client's whose answer has not begun. */
  readonly incoming: number
}

/** A socket that is open has one of these below it; a destroyed one has none. */
const NATIVE_SOCKET = /^(?:TCP|Pipe|TLSWrap|TLSSocket|JSStream)\b/

/**
 * The requests of sockets that are open. A message and the socket that it uses refer to each other until the answer is
 * complete (Node 20 to 26). The search begins with the messages: memory does not find an object by its properties' names
 * once V8 keeps these in a hash table, as it does for some sockets.
 */
export function httpMessages(heap: HeapView): HeapMessage[] {
  const classes = new NodeClasses(heap)
  const found = new Map<number, HeapMessage>()
  for (const { node: message } of heap.nodesWith('_header')) {
    const socket = either(heap, message, '<symbol kSocket>', 'socket')
    if (found.has(message) || socket === NONE || heap.child(socket, '_httpMessage') !== message) continue
    if (!isOpen(heap, socket)) continue
    const nodeClass = classes.classOf(message)
    if (nodeClass === 'ServerResponse') {
      const incoming = heap.child(message, 'req')
      if (incoming === NONE) continue
      const factsWith = (numbers: MessageNumbers) => ofServer(heap, message, incoming, numbers)
      found.set(message, { side: 'server', factsWith, socket, message, incoming })
    } else if (nodeClass === 'ClientRequest') {
      const res = heap.child(message, 'res')
      const incoming = classes.classOf(res) === 'IncomingMessage' ? res : NONE
      const factsWith = (numbers: MessageNumbers) => ofClient(heap, message, socket, incoming, numbers)
      found.set(message, { side: 'client', factsWith, socket, message, incoming })
    }
  }
  for (const message of [...found.values()]) {
    for (const queued of queuedBehind(heap, message)) {
      if (found.has(queued) || classes.classOf(queued) !== 'ClientRequest') continue
      const factsWith = (numbers: MessageNumbers) => ofClient(heap, queued, NONE, NONE, numbers)
      found.set(queued, { side: 'client', factsWith, socket: NONE, message: queued, incoming: NONE })
    }
  }
  return [...found.values()]
}

function isOpen(heap: HeapView, socket: number): boolean {
  const handle = either(heap, socket, '<symbol kHandle>', '_handle')
  return handle !== NONE && NATIVE_SOCKET.test(heap.nameOf(handle))
}

function either(heap: HeapView, node: number, first: string, second: string): number {
  const held = heap.child(node, first)
  return held === NONE ? heap.child(node, second) : held
}

function ofServer(heap: HeapView, message: number, incoming: number, numbers: MessageNumbers): RequestFacts {
  return serverRequest({
    method: textOf(heap, incoming, 'method'),
    url: textOf(heap, incoming, 'url'),
    originalUrl: textOf(heap, incoming, 'originalUrl'),
    isAnswering: isText(heap, heap.child(message, '_header')),
    isComplete: !isFalse(heap, message, heap.child(incoming, 'complete')),
    numbers,
  })
}

function ofClient(
  heap: HeapView,
  message: number,
  socket: number,
  incoming: number,
  numbers: MessageNumbers,
): RequestFacts {
  const secureConnecting = socket === NONE ? NONE : heap.child(socket, 'secureConnecting')
  return clientRequest({
    method: textOf(heap, message, 'method'),
    path: textOf(heap, message, 'path') ?? textOf(heap, message, '<symbol kPath>'),
    host: textOf(heap, message, 'host'),
    agentKey: agentKey(heap, message, socket),
    header: textOf(heap, message, '_header'),
    isQueued: socket === NONE,
    isConnecting: socket !== NONE && !isFalse(heap, message, heap.child(socket, 'connecting')),
    isSecuring: secureConnecting !== NONE && !isFalse(heap, message, secureConnecting),
    isEnded: !isFalse(heap, message, heap.child(message, 'finished')),
    hasOutput: elementsOf(heap, heap.child(message, 'outputData')).some((node) => heap.typeOf(node) === 'object'),
    hasAnswer: incoming !== NONE,
    numbers,
  })
}

/** By which its Agent knows the server. */
function agentKey(heap: HeapView, message: number, socket: number): string | null {
  const lists = listsOf(heap, message, socket === NONE ? 'requests' : 'sockets')
  const wanted = socket === NONE ? message : socket
  return lists.find(({ node }) => elementsOf(heap, node).includes(wanted))?.name ?? null
}

/** The requests that wait for a socket in the same Agent. */
function queuedBehind(heap: HeapView, { message }: HeapMessage): number[] {
  return listsOf(heap, message, 'requests').flatMap(({ node }) => elementsOf(heap, node))
}

function listsOf(heap: HeapView, message: number, name: 'sockets' | 'requests'): HeapEdge[] {
  const agent = heap.child(message, 'agent')
  const lists = agent === NONE ? NONE : heap.child(agent, name)
  if (lists === NONE) return []
  return heap.edges(lists).filter((edge) => edge.type === 'property' && edge.name !== '__proto__')
}

function elementsOf(heap: HeapView, array: number): number[] {
  if (array === NONE) return []
  return heap.edges(array).flatMap(({ type, node }) => (type === 'element' ? [node] : []))
}

/** No heap of Node 20 or 22 names `true` and `false`: a message whose socket is open is not destroyed. */
function isFalse(heap: HeapView, message: number, value: number): boolean {
  return value !== NONE && value === heap.child(message, 'destroyed')
}

function isText(heap: HeapView, node: number): boolean {
  return node !== NONE && /string/.test(heap.typeOf(node))
}

function textOf(heap: HeapView, node: number, name: string): string | null {
  return joinedText(heap, heap.child(node, name))
}
