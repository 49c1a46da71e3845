import type { Leaf, LeafKind } from '../model/leaf.js'
import type { HeapGraph } from './heap-graph.js'

/** What a person reads of a promise whose resolver an object of the program's holds. */
export function objectLeaf(heap: HeapGraph, node: number, path: string): Leaf {
  const name = classOf(heap.nameOf(node))
  const event = /^\._events\.(.+)$/.exec(path)?.[1]
  if (event !== undefined) return { kind: 'event', label: `event '${event}' of ${name}`, createdAt: null }
  return { kind: 'promise', label: `resolver in ${name}${path}`, createdAt: null }
}

export function variableLeaf(name: string): Leaf {
  return { kind: 'promise', label: `resolver in the variable ${name}`, createdAt: null }
}

/** @param name of the function whose promise it is. */
export function runningLeaf(name: string): Leaf {
  return { kind: 'promise', label: `${name}() is running, or about to`, createdAt: null }
}

const MOST_NAMES = 3

/** @param names of the suspended functions. */
export function suspendedLeaf(names: readonly string[]): Leaf {
  const shown = names.slice(0, MOST_NAMES).map((name) => `${name}()`)
  return { kind: 'promise', label: `resolver held by ${shown.join(' and ')} alone`, createdAt: null }
}

const KINDS: readonly (readonly [RegExp, LeafKind])[] = [
  [/^(FSReq|FileHandle|FSEvent|StatWatcher|FSWatcher|ReadStream|WriteStream)/, 'file'],
  [/^(Socket|TLS|TCP|Pipe|ClientRequest|Http2|\w*Http2Session|WriteWrap|ShutdownWrap)/, 'socket'],
  [/^Server/, 'server'],
  [/^(ChildProcess|Process)/, 'process'],
  [/^(Worker|MessagePort)/, 'worker'],
]

/** @param name of the class of Node's object. */
export function kindOfOperation(name: string): LeafKind {
  return KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'operation'
}

const LABELS: Readonly<Record<string, string>> = {
  FSReqPromise: 'file operation',
  FSReqCallback: 'file operation',
  FileHandle: 'closing of a file',
  GetAddrInfoReqWrap: 'DNS lookup',
  GetNameInfoReqWrap: 'DNS lookup',
  QueryReqWrap: 'DNS query',
  TCPConnectWrap: 'connection of a socket',
  PipeConnectWrap: 'connection of a pipe',
  MessagePort: 'message port',
  Worker: 'worker',
  ClientRequest: 'HTTP request',
}

/** @param name of the class of Node's object. */
export function operationLabel(name: string): string {
  return LABELS[name] ?? name
}

/** Node 26 appends what else it knows of an object: `Jobs / file`, `global (global*)`. */
export function classOf(name: string): string {
  return name.replace(/ (\/|\(global).*$/, '')
}
