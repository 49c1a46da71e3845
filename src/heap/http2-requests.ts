import { type MessageNumbers, serverRequest } from '../model/request-facts.js'
import { type HeapView, NONE } from './heap-view.js'
import type { HeapMessage } from './http-messages.js'
import { joinedText } from './joined-text.js'
import { NodeClasses } from './node-classes.js'

/**
 * The HTTP/2 requests that servers have not answered in full: streams that are still open, each with Node's request and
 * response (Node 20 to 26). One that was taken by a listener of `stream` has no request: its method and path are not kept.
 */
export function http2Requests(heap: HeapView): HeapMessage[] {
  const classes = new NodeClasses(heap)
  const found: HeapMessage[] = []
  for (const { node: stream } of heap.nodesWith('<symbol protocol>')) {
    const handle = heap.child(stream, '<symbol kHandle>')
    if (handle === NONE || heap.nameOf(handle) !== 'Http2Stream') continue
    if (classes.classOf(stream) !== 'ServerHttp2Stream') continue
    const incoming = objectIn(heap, stream, '<symbol request>')
    const response = objectIn(heap, stream, '<symbol response>')
    const headers = incoming === NONE ? NONE : objectIn(heap, incoming, '<symbol headers>')
    const factsWith = (numbers: MessageNumbers) =>
      serverRequest({
        method: textOf(heap, headers, ':method'),
        url: textOf(heap, headers, ':path'),
        originalUrl: textOf(heap, incoming, 'originalUrl'),
        isAnswering: objectIn(heap, stream, '<symbol sent-headers>') !== NONE,
        isComplete: true,
        numbers,
      })
    const session = objectIn(heap, stream, '<symbol kSession>')
    const socket = session === NONE ? NONE : objectIn(heap, session, '<symbol socket>')
    found.push({ side: 'server', factsWith, socket, message: response === NONE ? stream : response, incoming })
  }
  return found
}

function objectIn(heap: HeapView, node: number, name: string): number {
  const held = heap.child(node, name)
  return held !== NONE && heap.typeOf(held) === 'object' ? held : NONE
}

function textOf(heap: HeapView, node: number, name: string): string | null {
  return node === NONE ? null : joinedText(heap, heap.child(node, name))
}
