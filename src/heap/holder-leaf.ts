import type { Leaf, LeafKind } from '../model/leaf.js'
import { classOf } from './class-of.js'
import { eventOfListener } from './event-target.js'
import { shownNameOf } from './functions.js'
import type { HeapGraph } from './heap-graph.js'
import type { Holder } from './holders.js'

/** What a person reads of who holds a resolver; null for those of which more is known than what the heap says. */
export function leafOfHolder(heap: HeapGraph, holder: Holder): Leaf | null {
  switch (holder.kind) {
    case 'immediate':
      return { kind: 'timer', label: `setImmediate${throughText(holder)}`, createdAt: null }
    case 'operation':
      return operationLeaf(classOf(heap.nameOf(holder.node)), throughText(holder))
    case 'object':
      return objectLeaf(heap, holder)
    case 'variable':
      return { kind: 'promise', label: `resolver in the variable ${holder.name}`, createdAt: null }
    case 'running':
      return {
        kind: 'promise',
        label: `${callOf(shownNameOf(heap, holder.fn))} is running, or about to`,
        createdAt: null,
      }
    default:
      return null
  }
}

/** @param name of the class of Node's object. */
export function operationLeaf(name: string, through: string): Leaf {
  return { kind: kindOfOperation(name), label: `${LABELS[name] ?? name}${through}`, createdAt: null }
}

/** What of the program's stands between, for the end of a label. */
export function throughText(holder: Holder): string {
  return 'through' in holder && holder.through !== null ? `, through ${classOf(holder.through)}` : ''
}

function objectLeaf(heap: HeapGraph, { node, path, key }: Extract<Holder, { kind: 'object' }>): Leaf {
  const name = classOf(heap.nameOf(node))
  const ofReadline = OF_READLINE[key]
  if (ofReadline !== undefined) return { kind: 'event', label: `${ofReadline} ${name}`, createdAt: null }
  const event = /^\._events\.(.+)$/.exec(path)?.[1]
  if (event !== undefined) return eventLeaf(event, name)
  const heard = name === 'Listener' ? eventOfListener(heap, node) : null
  if (heard !== null) return eventLeaf(heard.event, heard.target)
  if (READS.has(name) && path.endsWith('[…]')) {
    return { kind: 'operation', label: 'read of a ReadableStream', createdAt: null }
  }
  if (OF_WRITABLE.test(name)) return { kind: 'operation', label: 'WritableStream', createdAt: null }
  return { kind: 'promise', label: `resolver in ${name}${path}`, createdAt: null }
}

/** What the interface of `node:readline` keeps below symbols of Node's own (Node 20 to 26). */
const OF_READLINE: Readonly<Record<string, string>> = {
  '<symbol _questionCallback>': 'answer to a question of',
  '<symbol line object stream>': "event 'line' of",
}

function eventLeaf(event: string, emitter: string): Leaf {
  return { kind: 'event', label: `event '${event}' of ${emitter}`, createdAt: null }
}

/** What a web stream keeps of each read that waits (Node 20 to 26). */
const READS = new Set(['DefaultReadRequest', 'ReadIntoRequest', 'ReadableStreamAsyncIteratorReadRequest'])

/** Node's own state of a web stream that is written to (Node 20 to 26). */
const OF_WRITABLE = /^(?:InternalWritableStream|WritableStream(?:State|DefaultWriter|DefaultController))$/

const MOST_NAMES = 3

/** @param names of the suspended functions. */
export function suspendedLeaf(names: readonly string[]): Leaf {
  const shown = names.slice(0, MOST_NAMES).map(callOf)
  return { kind: 'promise', label: `resolver held by ${shown.join(' and ')} alone`, createdAt: null }
}

function callOf(name: string): string {
  return name.startsWith('<') ? name : `${name}()`
}

const KINDS: readonly (readonly [RegExp, LeafKind])[] = [
  [/^(FSReq|ReadFileJob|FileHandle|FSEvent|StatWatcher|FSWatcher|ReadStream|WriteStream)/, 'file'],
  [/^(Socket|TLS|TCP|Pipe|ClientRequest|Http2|\w*Http2Session|WriteWrap|ShutdownWrap)/, 'socket'],
  [/^Server/, 'server'],
  [/^(ChildProcess|Process)/, 'process'],
  [/^(Worker|MessagePort)/, 'worker'],
]

function kindOfOperation(name: string): LeafKind {
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'operation'
}

const LABELS: Readonly<Record<string, string>> = {
  FSReqPromise: 'file operation',
  FSReqCallback: 'file operation',
  ReadFileJob: 'file operation',
  FileHandle: 'closing of a file',
  GetAddrInfoReqWrap: 'DNS lookup',
  GetNameInfoReqWrap: 'DNS lookup',
  QueryReqWrap: 'DNS query',
  FSEvent: 'watch of a file or folder',
  FSEventWrap: 'watch of a file or folder',
  StatWatcher: 'watch of a file or folder',
  TCPConnectWrap: 'connection of a socket',
  PipeConnectWrap: 'connection of a pipe',
  MessagePort: 'message port',
  Worker: 'worker',
  ClientRequest: 'HTTP request',
}
