import type { ClientState } from '../model/client-state.js'
import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import { joinedText } from './joined-text.js'
import { ByPrototype } from './prototypes.js'
import { atPath, entriesOf } from './resource-lists.js'
import { isOfPackage } from './well-known-resources.js'

/** What a well-known client of a server keeps of its connection. Paths of properties from the client. */
interface KnownClient {
  readonly package: string
  /** What a person calls it. */
  readonly name: string
  /** By which it is told: a method of the class that the package itself defines. */
  readonly method: string
  /** The message of the last failure: `connect ECONNREFUSED 127.0.0.1:6379`. */
  readonly error?: string
  /** The text that says whether it is connected, and the one word for it. */
  readonly status?: { readonly path: string; readonly connected: string }
  /** The timer before the next attempt. */
  readonly retry?: string
  /** A list of those that wait for the connection. */
  readonly waiting?: string
  /** Set once it has been told to connect. */
  readonly opened?: string
}

/** One line each; every one is tested with the real package (test/known-clients.test.mjs). */
const KNOWN: readonly KnownClient[] = [
  {
    package: 'ioredis',
    name: 'Redis',
    method: 'silentEmit',
    error: 'connector.firstError.message',
    status: { path: 'status', connected: 'ready' },
    retry: 'reconnectTimeout',
    waiting: 'offlineQueue._list',
  },
  {
    package: '@grpc/grpc-js',
    name: 'gRPC channel',
    method: 'queueCallForPick',
    error: 'resolvingLoadBalancer.latestChildErrorMessage',
    waiting: 'pickQueue',
  },
  { package: 'mongoose', name: 'Connection', method: 'openUri', opened: '_connectionString' },
]

/** Of a message, the code and the address alone: the rest may be anything. */
const FAILED = /\bconnect (E[A-Z]+) ([\w.:[\]-]+:\d+)/

const MAX_PROTOTYPES = 6

/** Tells well-known clients by the file that a method of theirs is defined in, and whether they are connected. */
export class KnownClients {
  readonly #heap: HeapView
  readonly #found: ByPrototype<KnownClient>

  constructor(heap: HeapView) {
    this.#heap = heap
    this.#found = new ByPrototype(heap, MAX_PROTOTYPES, (prototype) => this.#read(prototype))
  }

  isClient(object: number): boolean {
    return this.#knownAt(object) !== null
  }

  /** The client that an object has as one of its properties; `NONE` if there is none. */
  clientIn(object: number): number {
    const found = this.#heap.edges(object).find(({ type, name, node }) => {
      return type === 'property' && name !== '__proto__' && this.isClient(node)
    })
    return found?.node ?? NONE
  }

  /** The timer before the next attempt; `NONE` if there is none. */
  retryOf(object: number): number {
    return this.#at(object, this.#knownAt(object)?.retry)
  }

  nameOf(object: number): string | null {
    return this.#knownAt(object)?.name ?? null
  }

  namesOf(object: number): Pick<KnownClient, 'name' | 'package'> | null {
    return this.#knownAt(object)
  }

  /** Null for one that is connected, and if it does not tell. @param remainingMs of a timer. */
  stateOf(object: number, remainingMs: (timer: number) => number | null): ClientState | null {
    const known = this.#knownAt(object)
    if (known === null) return null
    const { name, error, status, waiting, opened } = known
    const state = { client: name, failure: null, nextInMs: null, waiting: 0 }
    if (opened !== undefined) return this.#at(object, opened) === NONE ? { ...state, isOpened: false } : null
    if (status !== undefined && this.#textAt(object, status.path) === status.connected) return null
    const [, code, address] = FAILED.exec(this.#textAt(object, error) ?? '') ?? []
    if (code === undefined || address === undefined) return null
    const timer = this.retryOf(object)
    return {
      ...state,
      isOpened: true,
      failure: { code, address },
      nextInMs: timer === NONE ? null : remainingMs(timer),
      waiting: entriesOf(this.#heap, this.#at(object, waiting)).length,
    }
  }

  #at(object: number, path: string | undefined): number {
    return path === undefined ? NONE : atPath(this.#heap, object, path)
  }

  #textAt(object: number, path: string | undefined): string | null {
    return joinedText(this.#heap, this.#at(object, path))
  }

  #knownAt(object: number): KnownClient | null {
    if (object === NONE || this.#heap.typeOf(object) !== 'object') return null
    return this.#found.ofObject(object)
  }

  #read(prototype: number): KnownClient | null {
    return KNOWN.find((known) => this.#isMethod(this.#heap.child(prototype, known.method), known.package)) ?? null
  }

  #isMethod(fn: number, packageName: string): boolean {
    return fn !== NONE && this.#heap.typeOf(fn) === 'closure' && isOfPackage(scriptOf(this.#heap, fn), packageName)
  }
}
