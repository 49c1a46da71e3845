import type { Socket } from 'node:net'
import { types } from 'node:util'
import { Worker } from 'node:worker_threads'
import { builtinModule } from './builtin-modules.js'
import { ownValue } from './own-value.js'
import { clockLeadMs } from './real-clock.js'

/**
 * What Node's event loop waits for, read from Node's own objects (Node 20 to 26): only own data properties
 * are looked at, so that no getter of the program's runs.
 */
export interface ActiveResource {
  readonly kind: 'timer' | 'socket' | 'server' | 'file' | 'process' | 'worker' | 'event' | 'operation'
  readonly label: string
  readonly delayMs?: number
  readonly remainingMs?: number
  readonly local?: string
  readonly remote?: string
}

interface ProcessInternals {
  _getActiveHandles(): readonly object[]
  _getActiveRequests(): readonly object[]
}

/** The constructor may be wrapped, by the tracer too, and has no name to read then. */
const workerPrototype = Worker.prototype as object
const readThreadId = Object.getOwnPropertyDescriptor(workerPrototype, 'threadId')?.get

function isWorker(object: object): boolean {
  return !types.isProxy(object) && Object.prototype.isPrototypeOf.call(workerPrototype, object)
}

/** ` 3`; nothing for one that has ended. */
function threadIdText(worker: object): string {
  try {
    const id: unknown = readThreadId && Reflect.apply(readThreadId, worker, [])
    return typeof id === 'number' && id >= 0 ? ` ${id}` : ''
  } catch {
    // Not one of Node's.
    return ''
  }
}

/** Loaded when it is first asked for: a worker that has no sockets starts without it. */
function socketClass(): typeof Socket {
  return (builtinModule('node:net') as typeof import('node:net')).Socket
}

/** Node's handle below a socket, server or child process: an own property, or read by Node's own getter. */
function handleOf(owner: object): object | null {
  let handle = ownValue(owner, '_handle')
  if (handle === undefined && !types.isProxy(owner) && owner instanceof socketClass()) {
    const read = Object.getOwnPropertyDescriptor(socketClass().prototype, '_handle')?.get
    handle = read && Reflect.apply(read, owner, [])
  }
  return typeof handle === 'object' ? handle : null
}

/** Made together with a child process: to wait for them is to wait for it. */
function standardPipes(owner: object): readonly (object | null)[] {
  const pipes = typeof ownValue(owner, 'spawnfile') === 'string' ? ownValue(owner, 'stdio') : null
  return Array.isArray(pipes) ? pipes : []
}

/** By file descriptor. */
export const STREAMS = ['standard input', 'standard output', 'standard error']

/** The resources that are active at one moment. */
export class ActiveResources {
  readonly #requests: ReadonlySet<object>
  /** The program's object (socket, server, child) by the handle of Node's below it. */
  readonly #owners = new Map<unknown, object>()

  constructor() {
    const internals = process as unknown as ProcessInternals
    this.#requests = new Set(internals._getActiveRequests())
    for (const owner of internals._getActiveHandles()) {
      this.#owners.set(handleOf(owner) ?? owner, owner)
      this.#owners.set(owner, owner)
    }
    for (const owner of new Set(this.#owners.values())) {
      for (const pipe of standardPipes(owner)) if (pipe !== null) this.#owners.set(handleOf(pipe), owner)
    }
  }

  /** @param type as Node announced it. @returns null where it has ended. */
  describe(resource: object, type: string): ActiveResource | null {
    if (type === 'timeout' || type === 'interval' || type === 'Timeout') return describeTimer(resource)
    const request = REQUESTS[type]
    if (request !== undefined) return this.#requests.has(resource) ? request(resource) : null
    const owner = this.#owners.get(resource)
    if (owner !== undefined) return describeHandle(owner, type)
    return OPERATIONS.has(type) && this.#requests.has(resource) ? { kind: 'operation', label: type } : null
  }
}

/** The program's sockets, servers, child processes and workers that are open, and Node's requests under way. */
export function activeObjects(): readonly object[] {
  const internals = process as unknown as ProcessInternals
  return [...internals._getActiveHandles(), ...internals._getActiveRequests()]
}

/** One of `activeObjects`. */
export function describeActive(object: object): ActiveResource {
  const type = className(object)
  const request = REQUESTS[type.toUpperCase()]
  if (request !== undefined) return request(object)
  if (isWorker(object)) return describeHandle(object, 'WORKER')
  const { _getActiveHandles } = process as unknown as ProcessInternals
  for (const owner of _getActiveHandles.call(process)) {
    const at = standardPipes(owner).indexOf(object)
    if (at === -1) continue
    const { kind, label } = describeHandle(owner, 'PROCESSWRAP')
    return { kind, label: `${STREAMS[at] ?? 'a pipe'} of ${label}` }
  }
  return describeHandle(object, /Server$/.test(type) ? 'TCPSERVERWRAP' : /Socket$/.test(type) ? 'TCPWRAP' : type)
}

/** @param event the name that the program gave. */
export function describeEvent(emitter: object, event: unknown): ActiveResource {
  const type = className(emitter)
  const handleType = isWorker(emitter) ? 'WORKER' : /Server$/.test(type) ? 'TCPSERVERWRAP' : 'TCPWRAP'
  const isKnown = handleType === 'WORKER' || handleOf(emitter) !== null
  const known = isKnown ? describeHandle(emitter, handleType) : null
  const name = typeof event === 'symbol' ? String(event) : `'${String(typeof event === 'string' ? event : '?')}'`
  const { local, remote } = known ?? {}
  return {
    kind: 'event',
    label: `event ${name} of ${known?.label ?? type}`,
    ...(local !== undefined && { local }),
    ...(remote !== undefined && { remote }),
  }
}

function className(object: object): string {
  if (types.isProxy(object)) return 'object'
  const name = ownValue(ownValue(Object.getPrototypeOf(object), 'constructor'), 'name')
  return typeof name === 'string' && name !== '' ? name : 'object'
}

type Describe = (request: object) => ActiveResource

const REQUESTS: Readonly<Record<string, Describe>> = {
  FSREQCALLBACK: () => ({ kind: 'file', label: 'file operation' }),
  FSREQPROMISE: () => ({ kind: 'file', label: 'file operation' }),
  GETADDRINFOREQWRAP: (request) => ({ kind: 'operation', label: `dns lookup ${named(request, 'hostname')}` }),
  GETNAMEINFOREQWRAP: (request) => ({ kind: 'operation', label: `dns name of ${named(request, 'host')}` }),
  QUERYWRAP: (request) => ({ kind: 'operation', label: `dns query ${named(request, 'hostname')}` }),
  TCPCONNECTWRAP: (request) => {
    const remote = `${named(request, 'address')}:${named(request, 'port')}`
    return { kind: 'socket', label: `connecting to ${remote}`, remote }
  },
  PIPECONNECTWRAP: (request) => ({ kind: 'socket', label: `connecting to ${named(request, 'address')}` }),
  WRITEWRAP: () => ({ kind: 'socket', label: 'writing' }),
}

const OPERATIONS = new Set([
  'PBKDF2REQUEST',
  'RANDOMBYTESREQUEST',
  'SCRYPTREQUEST',
  'KEYPAIRGENREQUEST',
  'SIGNREQUEST',
  'HASHREQUEST',
  'ZLIB',
])

function named(request: object, key: string): string {
  const value = ownValue(request, key)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?'
}

/** @returns null where it has ended. */
export function describeTimer(timer: object): ActiveResource | null {
  const delayMs = ownValue(timer, '_idleTimeout')
  const startedMs = ownValue(timer, '_idleStart')
  if (typeof delayMs !== 'number' || typeof startedMs !== 'number' || delayMs < 0) return null
  if (ownValue(timer, '_destroyed') === true || typeof ownValue(timer, '_onTimeout') !== 'function') return null
  const nowMs = performance.now() - clockLeadMs()
  const remainingMs = Math.max(0, Math.round(startedMs + delayMs - nowMs))
  const name = ownValue(timer, '_repeat') == null ? 'setTimeout' : 'setInterval'
  return { kind: 'timer', label: `${name} ${delayMs} ms, ${remainingMs} ms remaining`, delayMs, remainingMs }
}

/** A socket, server, child process or worker that is open. */
export function describeHandle(owner: object, type: string): ActiveResource {
  const handle = handleOf(owner) ?? owner
  const pid = ownValue(owner, 'pid') ?? ownValue(handle, 'pid')
  if (type === 'PROCESSWRAP' || typeof ownValue(owner, 'spawnfile') === 'string') {
    const file = ownValue(owner, 'spawnfile')
    return { kind: 'process', label: `child process ${String(pid)}${typeof file === 'string' ? ` ${file}` : ''}` }
  }
  if (type === 'WORKER') return { kind: 'worker', label: `worker${threadIdText(owner)}` }
  const local = addressOf(handle, 'getsockname')
  const remote = addressOf(handle, 'getpeername')
  if (/SERVER/.test(type)) {
    return { kind: 'server', label: `server ${local ?? ''}`.trim(), ...(local !== undefined && { local }) }
  }
  if (/^(?:TCP|PIPE|TLS)/.test(type)) {
    const isPipe = remote === undefined && className(handle) === 'Pipe'
    const label = `${isPipe ? 'pipe' : 'socket'} ${remote ?? local ?? ''}`.trim()
    return { kind: 'socket', label, ...(local !== undefined && { local }), ...(remote !== undefined && { remote }) }
  }
  return HANDLES[type.toUpperCase().replace(/WRAP$/, '')] ?? { kind: 'operation', label: type.toLowerCase() }
}

const WATCH = { kind: 'file', label: 'watch of a file or folder' } as const
const HANDLES: Readonly<Record<string, ActiveResource>> = {
  FSEVENT: WATCH,
  STATWATCHER: WATCH,
  MESSAGEPORT: { kind: 'worker', label: 'message port' },
}

/** Node's handles fill in an object: no code of the program's runs. */
function addressOf(handle: unknown, method: 'getsockname' | 'getpeername'): string | undefined {
  if (typeof handle !== 'object' || handle === null) return undefined
  const read: unknown = Reflect.get(Object.getPrototypeOf(handle) as object, method)
  if (typeof read !== 'function') return undefined
  const out: { address?: string; port?: number; family?: string } = {}
  try {
    if (Reflect.apply(read, handle, [out]) !== 0 || out.address === undefined) return undefined
  } catch {
    return undefined
  }
  return out.family === 'IPv6' ? `[${out.address}]:${out.port}` : `${out.address}:${out.port}`
}
