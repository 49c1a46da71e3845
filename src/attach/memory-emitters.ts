import { type HeapView, NONE } from '../heap/heap-view.js'
import type { NodeClasses } from '../heap/node-classes.js'
import type { EmitterState } from '../model/resource.js'

/** The heap of a process in memory, where numbers can be read too. */
export interface NumbersHeap extends HeapView {
  readonly properties: {
    numberOf(object: number, name: string): number
    isTrue(object: number, name: string): boolean
  }
}

/** Node keeps the flags of a stream's side in one number (Node 20 to 26): `kClosed`, the same for both sides. */
const CLOSED = 1 << 5

/** What has become of an emitter: `engine/read-resources.ts` in the memory of a process. Null where that is not known. */
export function emitterStateOf(heap: NumbersHeap, classes: NodeClasses, emitter: number): EmitterState | null {
  const nodeClass = classes.classOf(emitter)
  if (nodeClass === 'ChildProcess') return childState(heap, emitter)
  if (nodeClass === 'Server') return serverState(heap, emitter)
  if (/^Interface/.test(nodeClass ?? '')) return heap.properties.isTrue(emitter, 'closed') ? { kind: 'closed' } : null
  const readable = heap.child(emitter, '_readableState')
  const side = readable === NONE ? heap.child(emitter, '_writableState') : readable
  if (side === NONE) return null
  const flags = heap.properties.numberOf(side, '<symbol kState>')
  if ((flags & CLOSED) !== 0) return { kind: 'closed' }
  return isUnread(heap, emitter) ? { kind: 'unread' } : null
}

function childState(heap: NumbersHeap, child: number): EmitterState | null {
  const numberOf = (name: string) => heap.properties.numberOf(child, name)
  const code = numberOf('exitCode')
  const signalCode = heap.child(child, 'signalCode')
  const signal = signalCode !== NONE && heap.typeOf(signalCode) === 'string' ? heap.nameOf(signalCode) : null
  if (Number.isNaN(code) && signal === null) {
    const streams = pipesOf(heap, child).flatMap(({ place, pipe }) => (isUnread(heap, pipe) ? [place] : []))
    return streams.length === 0 ? null : { kind: 'unread output', streams }
  }
  // It has emitted `close`.
  if (numberOf('_closesGot') === numberOf('_closesNeeded')) return { kind: 'closed' }
  const openStreams = openPipes(heap, child).map(({ place }) => place)
  return { kind: 'exited', code: Number.isNaN(code) ? null : code, signal, openStreams, heldBy: [] }
}

/** The pipes of a child process that are open: their places among its standard streams, and Node's native objects. */
export function openPipes(heap: HeapView, child: number): { readonly place: number; readonly handle: number }[] {
  return pipesOf(heap, child).flatMap(({ place, pipe }) => {
    const handle = handleOf(heap, pipe)
    return isObject(heap, handle) ? [{ place, handle }] : []
  })
}

function pipesOf(heap: HeapView, child: number): { readonly place: number; readonly pipe: number }[] {
  const pipes = heap.child(child, 'stdio')
  if (pipes === NONE) return []
  return heap.edges(pipes).flatMap(({ type, name, node }) => {
    return type === 'element' && isObject(heap, node) ? [{ place: Number(name), pipe: node }] : []
  })
}

function serverState(heap: NumbersHeap, server: number): EmitterState | null {
  const connections = heap.properties.numberOf(server, '_connections')
  if (isObject(heap, handleOf(heap, server)) || !(connections > 0)) return null
  return { kind: 'closing', connections, upgraded: upgradedOf(heap, server) }
}

/** Node's HTTP takes its parser off such a connection. */
function upgradedOf(heap: NumbersHeap, server: number): number {
  const sockets = [...heap.nodesWith('parser')].filter(({ node, held }) => {
    return !isObject(heap, held) && heap.child(node, 'server') === server && isObject(heap, handleOf(heap, node))
  })
  return sockets.length
}

/** Its buffer is full, and nothing takes from it. */
function isUnread(heap: NumbersHeap, stream: number): boolean {
  const readable = heap.child(stream, '_readableState')
  if (readable === NONE) return false
  const numberOf = (name: string) => heap.properties.numberOf(readable, name)
  const most = numberOf('highWaterMark')
  if (!(most > 0 && numberOf('length') >= most)) return false
  const events = heap.child(stream, '_events')
  const isHeard = ['data', 'readable'].some((name) =>
    isListener(heap, events === NONE ? NONE : heap.child(events, name)),
  )
  const pipes = heap.child(readable, 'pipes')
  const hasPipes =
    pipes !== NONE && heap.edges(pipes).some(({ type, node }) => type === 'element' && isObject(heap, node))
  return !isHeard && !hasPipes
}

function handleOf(heap: HeapView, node: number): number {
  const handle = heap.child(node, '_handle')
  return isObject(heap, handle) ? handle : heap.child(node, '<symbol kHandle>')
}

function isObject(heap: HeapView, node: number): boolean {
  return node !== NONE && heap.typeOf(node) === 'object'
}

/** A function, or several in an array. */
function isListener(heap: NumbersHeap, node: number): boolean {
  return node !== NONE && /^(?:closure|object)$/.test(heap.typeOf(node))
}
