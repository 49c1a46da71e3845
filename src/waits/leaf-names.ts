import type { ClientState } from '../model/client-state.js'
import { durationText } from '../model/duration-text.js'
import type { Leaf, LeafKind } from '../model/leaf.js'
import type { EmitterState, HoldingProcess, Resource, Socket, Timer, Waker } from '../model/resource.js'
import type { WaitEnd } from '../model/wait-end.js'

/**
 * The one vocabulary of leaves: from facts about what settles a promise to what a person reads. The records, the
 * inspector and the heap all give facts, and no other file makes labels of them.
 */
export function leafOf({ waker, timeLimit, client, isNever, madeAt }: WaitEnd): Leaf {
  const leaf = withClient(withTimeLimit(leafOfWaker(waker), timeLimit), client)
  return Object.freeze({ ...leaf, createdAt: madeAt, ...(isNever && { never: 'nothing emits it any more' }) })
}

function leafOfWaker(waker: Waker): Leaf {
  switch (waker.kind) {
    case 'resource': {
      const { resource, through, listedIn } = waker
      const leaf = leafOfResource(resource)
      if (through === null) return leaf
      if (listedIn === null) return { ...leaf, label: `${leaf.label}, through ${through}` }
      return { ...leaf, label: `${STORED}${through}${listedIn}; ${through} has ${leaf.label}` }
    }
    case 'event':
      return ofEmitter(waker.event === null ? 'event of' : `event '${waker.event}' of`, waker.emitter, waker.state)
    case 'stream end':
      return ofEmitter('end of', waker.stream, waker.state)
    case 'answer':
      return leaf('event', `answer to a question of ${waker.of}`)
    case 'web stream':
      return leaf('operation', waker.does === 'read' ? 'read of a ReadableStream' : 'WritableStream')
    case 'queue': {
      const { package: of, inUse, capacity } = waker
      return { ...leaf('resource', queueLabel(waker)), use: { package: of, capacity, inUse, holders: [] } }
    }
    case 'object':
      return leaf('promise', `${STORED}${waker.className}${waker.path}`)
    case 'variable':
      return leaf('promise', `${STORED}${waker.path === '' ? 'the variable ' : ''}${waker.name}${waker.path}`)
    case 'running':
      return leaf('promise', `${callOf(waker.name)} is running, or about to`)
    case 'suspended': {
      const names = waker.names.slice(0, MOST_NAMES).map(callOf).join(' and ')
      return waker.areNodes
        ? leaf('operation', `${names} of Node.js`)
        : leaf('promise', `unresolved promise; its resolve() is held by ${names} only`)
    }
    case 'not found':
      return leaf('promise', 'unresolved promise; its resolve() was not found')
    case 'unknown':
      return leaf('promise', 'promise')
  }
}

const STORED = 'unresolved promise; its resolve() is stored in '
/** `a client of Pool (5 of 5 in use)` */
function queueLabel({ what, className, inUse, capacity, behind }: Extract<Waker, { readonly kind: 'queue' }>): string {
  const used = inUse === null ? '' : ` (${capacity === null ? inUse : `${inUse} of ${capacity}`} in use)`
  return `${what} of ${className}${used}${behind === null ? '' : `, behind ${behind}`}`
}

/** The same leaf with the time after which something rejects the promise. @param limit null for none. */
function withTimeLimit(leaf: Leaf, limit: Timer | null): Leaf {
  if (limit === null || limit.delayMs === null) return leaf
  const { delayMs, remainingMs } = limit
  const when = remainingMs === null ? `after ${durationText(delayMs)}` : `in ${durationText(remainingMs)}`
  return { ...leaf, label: `${leaf.label}, times out ${when}` }
}

/** The same leaf with what is known of the client that would bring it. @param state null for one that is connected. */
function withClient(leaf: Leaf, state: ClientState | null): Leaf {
  if (state === null) return leaf
  const trouble = clientText(state)
  return { ...leaf, label: `${leaf.label}; ${trouble}`, trouble }
}

function clientText({ client, isOpened, failure, nextInMs, waiting }: ClientState): string {
  if (!isOpened) return `its ${client} has never been told to connect`
  const why = failure === null ? '' : `: connect ${failure.code} ${failure.address}`
  const next =
    nextInMs === null ? '' : nextInMs > 0 ? `, next attempt in ${durationText(nextInMs)}` : ', next attempt due'
  const others = waiting === 0 ? '' : `, ${waiting} ${waiting === 1 ? 'call waits' : 'calls wait'} for it`
  return `${client} is not connected${why}${next}${others}`
}

/** A resource by itself: what keeps a process alive, or the emitter of an event. */
export function leafOfResource(resource: Resource): Leaf {
  switch (resource.kind) {
    case 'timer':
      return timerLeaf(resource)
    case 'immediate':
      return leaf('timer', 'setImmediate')
    case 'socket':
      return socketLeaf(resource)
    case 'server': {
      const { local } = resource
      return { ...leaf('server', `server ${local ?? ''}`.trimEnd()), ...(local !== null && { local }) }
    }
    case 'connecting': {
      const { remote } = resource
      return { ...leaf('socket', `connecting to ${remote ?? '?'}`), ...(remote !== null && { remote }) }
    }
    case 'writing':
      return leaf('socket', 'writing')
    case 'child process': {
      const { pid, file, stream } = resource
      const of = stream === null ? '' : `${streamName(stream)} of `
      const which = [pid === null ? '' : ` ${pid}`, file === null ? '' : ` ${file}`].join('')
      return leaf('process', `${of}child process${which}`)
    }
    case 'standard stream':
      return leaf('file', streamName(resource.fd))
    case 'worker':
      return {
        ...leaf('worker', resource.threadId === null ? 'worker' : `worker ${resource.threadId}`),
        isOfWorker: true,
      }
    case 'message port':
      return leaf('worker', 'message port')
    case 'file operation':
      return { ...leaf('file', 'file operation'), usesThreadPool: true }
    case 'file watch':
      return leaf('file', 'watch of a file or folder')
    case 'HTTP request':
      return leaf('socket', 'HTTP request')
    case 'dns': {
      const { query, name } = resource
      const dns = leaf('operation', `DNS ${query}${name === null ? '' : query === 'name' ? ` of ${name}` : ` ${name}`}`)
      // `dns.resolve()` asks the servers by itself.
      return query === 'query' ? dns : { ...dns, usesThreadPool: true }
    }
    case 'operation':
      return operationLeaf(resource.name)
  }
}

function leaf(kind: LeafKind, label: string): Leaf {
  return { kind, label, createdAt: null }
}

function operationLeaf(name: string): Leaf {
  const known = OPERATIONS[name]
  return known === undefined ? leaf('operation', name) : { ...leaf('operation', known), usesThreadPool: true }
}

function timerLeaf({ delayMs, remainingMs, repeats }: Timer): Leaf {
  if (delayMs === null) return leaf('timer', 'timer')
  const name = repeats ? 'setInterval' : 'setTimeout'
  const label = `${name} ${Math.round(delayMs)} ms`
  if (remainingMs === null) return { ...leaf('timer', label), delayMs }
  return { ...leaf('timer', `${label}, ${durationText(remainingMs)} remaining`), delayMs, remainingMs }
}

function socketLeaf({ transport, local, remote }: Socket): Leaf {
  const addresses = { ...(local !== null && { local }), ...(remote !== null && { remote }) }
  if (transport === 'unknown') return leaf('socket', 'socket')
  if (transport === 'udp') return { ...leaf('socket', `UDP socket ${remote ?? local ?? ''}`.trimEnd()), ...addresses }
  if (transport === 'pipe') return { ...leaf('socket', `pipe ${remote ?? local ?? ''}`.trimEnd()), ...addresses }
  const where = remote ?? (local === null ? 'not connected' : `${local}, not connected`)
  return { ...leaf('socket', `socket ${where}`), ...addresses }
}

function ofEmitter(what: string, emitter: Resource | string, state: EmitterState | null): Leaf {
  const known = typeof emitter === 'string' ? null : leafOfResource(emitter)
  const label = `${what} ${known?.label ?? emitter}${state === null ? '' : `, ${stateText(state)}`}`
  const { local, remote, isOfWorker } = known ?? {}
  // What has closed may still be settled in another way.
  const trouble = state === null || state.kind === 'closed' ? {} : { trouble: stateText(state) }
  return {
    ...leaf('event', label),
    ...trouble,
    ...(local !== undefined && { local }),
    ...(remote !== undefined && { remote }),
    ...(isOfWorker === true && { isOfWorker }),
  }
}

function stateText(state: EmitterState): string {
  switch (state.kind) {
    case 'closed':
      return 'which has closed already'
    case 'exited': {
      const how = state.code === null ? `was ended by ${state.signal}` : `has exited with code ${state.code}`
      const open = state.openStreams.map(streamName).join(' and ')
      if (open === '') return `which ${how}`
      const are = state.openStreams.length === 1 ? 'is' : 'are'
      return `which ${how}; its ${open} ${are} still open${heldByText(state.heldBy)}`
    }
    case 'closing': {
      const { connections, upgraded } = state
      const open = `${connections} open connection${connections === 1 ? '' : 's'}`
      return `which has stopped listening and waits for ${open}${upgradedText(connections, upgraded)}`
    }
    case 'unread output': {
      const names = state.streams.map(streamName).join(' and ')
      return state.streams.length === 1
        ? `whose ${names} is full, and nothing reads it`
        : `whose ${names} are full, and nothing reads them`
    }
    case 'unread':
      return 'whose buffer is full, and nothing reads from it'
  }
}

function heldByText(processes: readonly HoldingProcess[]): string {
  if (processes.length === 0) return ''
  const named = processes.slice(0, MOST_NAMES).map(({ pid, command }) => `${pid} ${command}`.trimEnd())
  const more = processes.length > MOST_NAMES ? ` and ${processes.length - MOST_NAMES} more` : ''
  return ` in process${processes.length === 1 ? '' : 'es'} ${named.join(', ')}${more}`
}

function upgradedText(connections: number, upgraded: number): string {
  if (upgraded === 0) return ''
  const which = connections === 1 ? '' : upgraded === connections ? 'all ' : `${upgraded} of them `
  return `, ${which}upgraded (WebSocket)`
}

function streamName(fd: number): string {
  return STREAMS[fd] ?? 'a pipe'
}

/** By file descriptor. */
const STREAMS = ['standard input', 'standard output', 'standard error']

/** `report()`; what has no name stands in angle brackets already. */
function callOf(name: string): string {
  return name.startsWith('<') ? name : `${name}()`
}

const MOST_NAMES = 3

/** Node's names for operations of its thread pool, in `async_hooks` and as classes (Node 20 to 26). */
const OPERATIONS: Readonly<Record<string, string>> = {
  PBKDF2REQUEST: 'crypto.pbkdf2()',
  PBKDF2Job: 'crypto.pbkdf2()',
  SCRYPTREQUEST: 'crypto.scrypt()',
  ScryptJob: 'crypto.scrypt()',
  RANDOMBYTESREQUEST: 'crypto.randomBytes()',
  RandomBytesJob: 'crypto.randomBytes()',
  KEYPAIRGENREQUEST: 'crypto.generateKeyPair()',
  SIGNREQUEST: 'crypto.sign()',
  SignJob: 'crypto.sign()',
  HASHREQUEST: 'crypto.subtle.digest()',
  HashJob: 'crypto.subtle.digest()',
  FileHandle: 'closing of a file',
  ZLIB: 'zlib',
  Zlib: 'zlib',
}
