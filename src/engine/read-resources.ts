import { resourceOfClass } from '../model/node-resources.js'
import type { EmitterState, Resource } from '../model/resource.js'

/** Node's `process.getBuiltinModule`, or a `require`. */
export type GetBuiltin = <T>(name: string) => T

/** What an object of Node's event loop is. */
export interface ReadResource {
  /** Null for what its class alone tells, and for an object that is no resource of Node's. */
  readonly resource: Resource | null
  /** One of Node's active handles or requests, by its class; null for other objects. */
  readonly request: { readonly nodeClass: string; readonly texts: Readonly<Record<string, string | null>> } | null
  /** The event loop does not end before it, given that it is one of Node's active handles or requests. */
  readonly keepsAlive: boolean
  /** Null for one that is open, and if Node does not say. */
  readonly state: EmitterState | null
  /** Of a child process that has exited: the file descriptors of its pipes that are still open. */
  readonly openDescriptors: readonly number[]
  /** Of the object's constructor. */
  readonly className: string
}

/**
 * Reads what Node's sockets, servers, child processes, workers and requests are. It is called in this process, and sent
 * as text to others, so it may refer to nothing but its arguments.
 *
 * Kinds are told by the native handle below an object and by Node's own prototypes, never by the name of a class. Only
 * own data properties and Node's native methods are read: no code of the program's runs (Node 20 to 26).
 *
 * @param active Node's active handles and requests.
 * @param asked which to describe.
 */
export function readResources(
  active: readonly object[],
  asked: readonly object[],
  getBuiltin: GetBuiltin,
): ReadResource[] {
  type Address = { address?: string; port?: number; family?: string }
  const { types } = getBuiltin<typeof import('node:util')>('util')
  const isObject = (value: unknown): value is object =>
    ((typeof value === 'object' && value !== null) || typeof value === 'function') && !types.isProxy(value)
  const own = (object: unknown, key: PropertyKey): unknown =>
    isObject(object) ? Object.getOwnPropertyDescriptor(object, key)?.value : undefined
  const bySymbol = (object: unknown, description: string): unknown => {
    const symbols = isObject(object) ? Object.getOwnPropertySymbols(object) : []
    const symbol = symbols.find((each) => each.description === description)
    return symbol === undefined ? undefined : own(object, symbol)
  }
  const prototypeOf = (object: unknown): object | null => (isObject(object) ? Object.getPrototypeOf(object) : null)
  const isOf = (object: unknown, prototype: object): boolean => {
    for (let at = prototypeOf(object); at !== null; at = prototypeOf(at)) if (at === prototype) return true
    return false
  }
  const classNameOf = (object: unknown): string => {
    const name = own(own(prototypeOf(object), 'constructor'), 'name')
    return typeof name === 'string' && name !== '' ? name : 'object'
  }
  /** The name of a class that is written in C++; empty for others. */
  const nativeClassOf = (object: unknown): string => {
    const maker = own(prototypeOf(object), 'constructor')
    const name = own(maker, 'name')
    if (typeof maker !== 'function' || typeof name !== 'string') return ''
    return Function.prototype.toString.call(maker) === `function ${name}() { [native code] }` ? name : ''
  }
  const handleOf = (object: unknown): unknown => {
    const handle =
      own(object, '_handle') ?? bySymbol(object, 'kHandle') ?? own(bySymbol(object, 'state symbol'), 'handle')
    return isObject(handle) ? handle : null
  }
  const text = (value: unknown): string | null =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : null
  const addressOf = (handle: unknown, method: 'getsockname' | 'getpeername'): string | null => {
    const read = own(prototypeOf(handle), method)
    const out: Address = {}
    try {
      if (typeof read !== 'function' || Reflect.apply(read, handle, [out]) !== 0 || out.address === undefined)
        return null
    } catch {
      return null
    }
    return out.family === 'IPv6' ? `[${out.address}]:${out.port}` : `${out.address}:${out.port}`
  }
  const childOf = (object: object, stream: number | null): Resource => {
    const pid = own(object, 'pid')
    return {
      kind: 'child process',
      pid: typeof pid === 'number' ? pid : null,
      file: text(own(object, 'spawnfile')),
      stream,
    }
  }
  const pipesOf = (child: unknown): readonly unknown[] => {
    const pipes = own(child, 'stdio')
    return Array.isArray(pipes) ? (pipes as unknown[]) : []
  }
  const isChild = (object: unknown): boolean =>
    nativeClassOf(handleOf(object)) === 'Process' ||
    (typeof own(object, 'spawnfile') === 'string' &&
      isOf(object, getBuiltin<typeof import('node:child_process')>('child_process').ChildProcess.prototype))
  const children = active.filter(isChild)

  const streamOf = (object: object, handle: unknown, native: string): Resource => {
    const parent = children.find((child) => pipesOf(child).includes(object))
    if (parent !== undefined) return childOf(parent, pipesOf(parent).indexOf(object))
    const fd = own(object, 'fd')
    if (typeof fd === 'number' && fd >= 0 && fd <= 2) return { kind: 'standard stream', fd }
    const local = addressOf(handle, 'getsockname') ?? text(own(object, '_pipeName'))
    if (isOf(object, getBuiltin<typeof import('node:net')>('net').Server.prototype)) return { kind: 'server', local }
    const transport = native === 'Pipe' ? 'pipe' : native === 'UDP' ? 'udp' : 'tcp'
    return { kind: 'socket', transport, local, remote: addressOf(handle, 'getpeername') }
  }
  const resourceOf = (object: object): Resource | null => {
    const handle = handleOf(object)
    const below = nativeClassOf(handle)
    const native = below === '' ? nativeClassOf(object) : below
    if (isChild(object)) return childOf(object, null)
    if (/^(?:TCP|Pipe|TTY|TLSWrap|UDP|JSStream)$/.test(native)) return streamOf(object, handle ?? object, native)
    if (native === 'Worker' || bySymbol(object, 'kPublicPort') !== undefined) {
      const id = own(handle ?? object, 'threadId')
      return { kind: 'worker', threadId: typeof id === 'number' && id >= 0 ? id : null }
    }
    return null
  }
  const requestOf = (object: object): ReadResource['request'] => {
    const native = nativeClassOf(handleOf(object)) || nativeClassOf(object)
    if (!/^(?:MessagePort|FSEvent|StatWatcher)$/.test(native) && (native === '' || !active.includes(object)))
      return null
    const texts = ['hostname', 'host', 'address', 'port'].map((key) => [key, text(own(object, key))] as const)
    return { nodeClass: native, texts: Object.fromEntries(texts) }
  }
  const keepsAlive = (object: object): boolean => {
    const handle = handleOf(object) ?? object
    if (!/^(?:TCP|Pipe|TTY|TLSWrap)$/.test(nativeClassOf(handle))) return true
    if (isOf(object, getBuiltin<typeof import('node:net')>('net').Server.prototype)) return true
    const { writeQueueSize } = handle as { writeQueueSize?: unknown }
    const isWriting = typeof writeQueueSize === 'number' && writeQueueSize > 0
    return isWriting || own(handle, 'reading') === true || own(object, 'connecting') === true
  }
  /** The interfaces of `readline` and `readline/promises` have one class behind them. */
  const isReadline = (object: object): boolean => {
    const shared = prototypeOf(getBuiltin<typeof import('node:readline')>('readline').Interface.prototype)
    return shared !== null && isOf(object, shared)
  }
  const hasClosed = (object: object): boolean | null => {
    // `node:readline`'s own; streams keep theirs below Node's accessors.
    const closed = own(object, 'closed')
    if (typeof closed === 'boolean' && isReadline(object)) return closed
    for (const state of ['_readableState', '_writableState']) {
      if (!isObject(own(object, state))) continue
      const read = Object.getOwnPropertyDescriptor(
        getBuiltin<typeof import('node:stream')>('stream')[state === '_readableState' ? 'Readable' : 'Writable']
          .prototype,
        'closed',
      )?.get
      try {
        return read === undefined ? null : !!Reflect.apply(read, object, [])
      } catch {
        return null
      }
    }
    return null
  }
  const isUnread = (object: unknown): boolean => {
    const readable = own(object, '_readableState')
    const [length, most] = [own(readable, 'length'), own(readable, 'highWaterMark')]
    if (typeof length !== 'number' || typeof most !== 'number' || most === 0 || length < most) return false
    const pipes = own(readable, 'pipes')
    const listeners = own(object, '_events')
    const isHeard = own(listeners, 'data') !== undefined || own(listeners, 'readable') !== undefined
    return own(readable, 'flowing') !== true && !isHeard && !(Array.isArray(pipes) && pipes.length > 0)
  }
  const childState = (child: object): EmitterState | null => {
    const [code, signal] = [own(child, 'exitCode'), own(child, 'signalCode')]
    if (typeof code !== 'number' && typeof signal !== 'string') {
      const streams = pipesOf(child).flatMap((pipe, i) => (isUnread(pipe) ? [i] : []))
      return streams.length === 0 ? null : { kind: 'unread output', streams }
    }
    // It has emitted `close`.
    if (own(child, '_closesGot') === own(child, '_closesNeeded')) return { kind: 'closed' }
    return {
      kind: 'exited',
      code: typeof code === 'number' ? code : null,
      signal: typeof signal === 'string' ? signal : null,
      openStreams: pipesOf(child).flatMap((pipe, i) => (handleOf(pipe) === null ? [] : [i])),
      heldBy: [],
    }
  }
  const openDescriptors = (child: object): number[] =>
    pipesOf(child).flatMap((pipe) => {
      const { fd } = (handleOf(pipe) ?? {}) as { fd?: unknown }
      return typeof fd === 'number' && fd >= 0 ? [fd] : []
    })
  /** Node's HTTP takes its parser off such a connection. */
  const upgradedOf = (server: object): number =>
    active.filter((socket) => own(socket, 'server') === server && own(socket, 'parser') === null).length
  const stateOf = (object: object): EmitterState | null => {
    if (isChild(object)) return childState(object)
    if (hasClosed(object) === true) return { kind: 'closed' }
    if (isOf(object, getBuiltin<typeof import('node:net')>('net').Server.prototype)) {
      const connections = own(object, '_connections')
      const isOpen = own(object, '_handle') !== null || typeof connections !== 'number' || connections < 1
      return isOpen ? null : { kind: 'closing', connections, upgraded: upgradedOf(object) }
    }
    return isUnread(object) ? { kind: 'unread' } : null
  }
  return asked.map((object) => {
    const state = isObject(object) ? stateOf(object) : null
    return {
      resource: isObject(object) ? resourceOf(object) : null,
      request: isObject(object) ? requestOf(object) : null,
      keepsAlive: isObject(object) && keepsAlive(object),
      state,
      openDescriptors: state?.kind === 'exited' ? openDescriptors(object) : [],
      className: classNameOf(object),
    }
  })
}

/** What was read; null for an object that is no resource of Node's. */
export function resourceOfRead({ resource, request }: ReadResource): Resource | null {
  if (resource !== null || request === null) return resource
  return resourceOfClass(request.nodeClass, (property) => request.texts[property] ?? null)
}
