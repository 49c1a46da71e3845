import { type MessageNumbers, type RequestFacts, undiciRequest } from '../model/request-facts.js'
import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import type { HeapMessage } from './http-messages.js'
import { joinedText } from './joined-text.js'
import { ByPrototype } from './prototypes.js'
import { entriesOf } from './resource-lists.js'
import { isOfPackage } from './well-known-resources.js'

/**
 * The requests of undici's clients, which Node's own `fetch` uses as well: those that a client has on its connection, and
 * those that a pool keeps until one is free (undici 6 to 8).
 */
export function undiciRequests(heap: HeapView): HeapMessage[] {
  const found: HeapMessage[] = []
  const classes = new ByPrototype(heap, MAX_PROTOTYPES, (prototype) => isClassOfUndici(heap, prototype))
  for (const { node: owner, held: queue } of heap.nodesWith('<symbol queue>')) {
    if (classes.ofObject(owner) === null) continue
    if (heap.child(owner, '<symbol host header>') !== NONE) found.push(...ofClient(heap, owner, queue))
    else if (heap.child(owner, '<symbol clients>') !== NONE) found.push(...ofPool(heap, queue))
  }
  return found
}

/** A client is made by a class of undici's, a mock of it by one of the program's. */
function isClassOfUndici(heap: HeapView, prototype: number): true | null {
  const maker = heap.child(prototype, 'constructor')
  if (maker === NONE || heap.typeOf(maker) !== 'closure') return null
  const script = scriptOf(heap, maker)
  return script === UNDICI_OF_NODE || isOfPackage(script, 'undici') || null
}

const MAX_PROTOTYPES = 16
const UNDICI_OF_NODE = 'node:internal/deps/undici/undici'

function* ofClient(heap: HeapView, client: number, queue: number): Generator<HeapMessage> {
  const connected = heap.child(client, '<symbol socket>')
  const socket = connected !== NONE && heap.typeOf(connected) === 'object' ? connected : NONE
  const hostHeader = textOf(heap, client, '<symbol host header>')
  let isFirst = true
  for (const request of entriesOf(heap, queue)) {
    const handler = heap.child(request, '<symbol handler>')
    if (handler === NONE) continue
    const isBegun = isObject(heap, request, '<symbol controller>') || isObject(heap, request, 'abort')
    const parsed = isFirst ? heap.child(socket, '<symbol parser>') : NONE
    isFirst = false
    const incoming = answerOf(heap, handler)
    const factsWith = (numbers: MessageNumbers): RequestFacts =>
      undiciRequest({
        method: textOf(heap, request, 'method'),
        path: textOf(heap, request, 'path'),
        hostHeader,
        isConnected: socket !== NONE,
        isBegun,
        hasAnswer: incoming !== NONE || (textOf(heap, parsed, 'statusText') ?? '') !== '',
        hasBody: isObject(heap, request, 'body'),
        numbers,
      })
    yield { side: 'client', factsWith, socket: isBegun ? socket : NONE, message: request, incoming }
  }
}

function* ofPool(heap: HeapView, queue: number): Generator<HeapMessage> {
  for (let ring = heap.child(queue, 'tail'); isRing(heap, ring); ring = heap.child(ring, 'next')) {
    for (const entry of entriesOf(heap, heap.child(ring, 'list'))) {
      const asked = heap.child(entry, 'opts')
      if (asked === NONE) continue
      const origin = textOf(heap, asked, 'origin')
      const factsWith = (numbers: MessageNumbers): RequestFacts =>
        undiciRequest({
          method: textOf(heap, asked, 'method') ?? 'GET',
          path: textOf(heap, asked, 'path'),
          hostHeader: origin === null ? null : (/^https?:\/\/(?:[^@/]*@)?([^/?#]+)/.exec(origin)?.[1] ?? null),
          isConnected: true,
          isBegun: false,
          hasAnswer: false,
          hasBody: false,
          numbers,
        })
      yield { side: 'client', factsWith, socket: NONE, message: asked, incoming: NONE }
    }
  }
}

function isRing(heap: HeapView, node: number): boolean {
  return node !== NONE && heap.typeOf(node) === 'object'
}

/** The body that a handler, or the one that it passes everything on to, has handed out. */
function answerOf(heap: HeapView, handler: number): number {
  let at = handler
  for (let depth = 0; at !== NONE && depth < MOST_HANDLERS; depth++) {
    if (isObject(heap, at, 'res')) return heap.child(at, 'res')
    const inner = heap.child(at, 'handler')
    at = inner === NONE ? heap.child(at, '#handler') : inner
  }
  return NONE
}

const MOST_HANDLERS = 6

function isObject(heap: HeapView, node: number, name: string): boolean {
  const held = node === NONE ? NONE : heap.child(node, name)
  return held !== NONE && /^(?:object|closure)$/.test(heap.typeOf(held))
}

function textOf(heap: HeapView, node: number, name: string): string | null {
  return node === NONE ? null : joinedText(heap, heap.child(node, name))
}
