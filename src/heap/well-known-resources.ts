import { packageOf } from '../model/package-of.js'
import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'
import { ByPrototype, scriptOfClass } from './prototypes.js'

/** How a well-known pool, lock or limiter keeps those that wait for it, and what it has lent. */
export interface KnownResource {
  readonly package: string
  /** The class in that package; a subclass of it is one as well. Of variables that functions share, a name for them. */
  readonly className: string
  /** It is not an object, but variables that functions of the package share: another one of them besides the queue. */
  readonly besides?: string
  /** Its name for a reader, if its class has another one. */
  readonly shownAs?: string
  /** What one waits for, by the field or variable that holds those that wait; `_events.idle`: in an entry of it. */
  readonly queues: Readonly<Record<string, string>>
  /** Of these, those in which one waits until all parts have been given back, not only one. */
  readonly untilAll?: readonly string[]
  /** The field has many queues by their keys, each a resource of its own: the variable that has the key. */
  readonly key?: string
  /** How many can use it: the path to that number. */
  readonly capacity?: string
  readonly parts: KnownParts
}

/** Where the parts of a resource are that are in use. */
export type KnownParts =
  /** A list of them. `item`: the path from an entry to the part, or with `.*` to a list of parts. */
  | { readonly inUse: string; readonly item?: string }
  /** A list of all and one of the idle ones. */
  | { readonly all: string; readonly idle: string; readonly idleItem?: string }
  /** The functions that give it back: closures of the package that hold it and share a scope with that variable. */
  | { readonly release: string }
  /** Suspended functions of the package, of that name, in whose scope it is. */
  | { readonly running: string }
  /** Callbacks of `.then`, of the package, in whose scope it is, in that variable. */
  | { readonly callbacks: string }
  /** Only the first of a ring buffer is served. `label`: the path from it to a word that tells which it is. */
  | { readonly first: string; readonly label: string }

/** One line each; every one is tested with the real package (test/resources.test.mjs). */
const KNOWN: readonly KnownResource[] = [
  {
    package: 'pg-pool',
    className: 'Pool',
    queues: { _pendingQueue: 'a client' },
    capacity: 'options.max',
    parts: { all: '_clients', idle: '_idle', idleItem: 'client' },
  },
  {
    package: 'tarn',
    className: 'Pool',
    queues: { pendingAcquires: 'a connection' },
    capacity: 'max',
    parts: { inUse: 'used', item: 'resource' },
  },
  {
    package: 'sequelize-pool',
    className: 'Pool',
    queues: { _pendingAcquires: 'a connection' },
    capacity: '_factory.max',
    parts: { inUse: '_inUseObjects', item: 'resource' },
  },
  {
    package: 'generic-pool',
    className: 'Pool',
    queues: { _waitingClientsQueue: 'a resource' },
    capacity: '_config.max',
    parts: { inUse: '_resourceLoans', item: 'pooledResource.obj' },
  },
  {
    package: 'mysql2',
    className: 'BasePool',
    shownAs: 'Pool',
    queues: { _connectionQueue: 'a connection' },
    capacity: 'config.connectionLimit',
    parts: { all: '_allConnections._list', idle: '_freeConnections._list' },
  },
  {
    package: 'async-mutex',
    className: 'Semaphore',
    queues: { _queue: 'the lock' },
    parts: { release: 'called' },
  },
  {
    package: 'async-lock',
    className: 'AsyncLock',
    queues: { queues: 'a lock' },
    key: 'key',
    parts: { callbacks: 'self' },
  },
  {
    package: 'p-limit',
    className: 'pLimit',
    besides: 'next',
    queues: { queue: 'a turn' },
    capacity: 'concurrency',
    parts: { running: 'run' },
  },
  {
    package: 'p-queue',
    className: 'PQueue',
    queues: {
      '#queue': 'a turn',
      '_events.idle': 'the end of all tasks',
      '_events.pendingZero': 'the end of the running tasks',
    },
    untilAll: ['_events.idle', '_events.pendingZero'],
    capacity: '#concurrency',
    parts: { running: 'run' },
  },
  {
    package: 'dataloader',
    className: 'DataLoader',
    besides: 'loader',
    queues: { batch: 'a batch' },
    parts: { callbacks: 'batch' },
  },
  {
    package: 'bottleneck',
    className: 'Bottleneck',
    queues: { _queues: 'a turn' },
    capacity: '_store.storeOptions.maxConcurrent',
    parts: { inUse: '_scheduled', item: 'job' },
  },
  {
    package: 'piscina',
    className: 'ThreadPool',
    shownAs: 'Piscina',
    queues: { taskQueue: 'a worker', skipQueue: 'a worker' },
    capacity: 'maxCapacity',
    parts: { inUse: 'workers.readyItems', item: 'taskInfos.*' },
  },
  {
    package: 'undici',
    className: 'Pool',
    queues: { '<symbol queue>': 'a connection' },
    capacity: '<symbol connections>',
    parts: { inUse: '<symbol clients>', item: '<symbol queue>.*' },
  },
  {
    package: 'ioredis',
    // `Redis` extends it; a mixin gives its prototype the constructor of another class.
    className: 'Commander',
    shownAs: 'Redis',
    queues: { commandQueue: 'a turn on the connection' },
    parts: { first: 'commandQueue._list', label: 'command.name' },
  },
]

const FIELDS = new Set(KNOWN.flatMap(({ queues }) => Object.keys(queues).map((path) => path.split('.')[0])))
const MAX_PROTOTYPES = 6

/** Tells well-known resources by the file that their class or function is in, never by a name alone. */
export class WellKnownResources {
  readonly #heap: HeapView
  readonly #found: ByPrototype<KnownResource>

  constructor(heap: HeapView) {
    this.#heap = heap
    this.#found = new ByPrototype(heap, MAX_PROTOTYPES, (prototype) => this.#read(prototype))
  }

  isField(name: string): boolean {
    return FIELDS.has(name)
  }

  /** By an object's class. */
  ofObject(object: number): KnownResource | null {
    return this.#heap.typeOf(object) === 'object' ? this.#found.ofObject(object) : null
  }

  /** By a scope, and one of the functions that share it. @param variable of that scope. */
  ofScope(scope: number, closure: number, variable: string): KnownResource | null {
    const script = scriptOf(this.#heap, closure)
    const isKnown = ({ besides, queues, package: name }: KnownResource) =>
      besides !== undefined &&
      queues[variable] !== undefined &&
      this.#heap.child(scope, besides) !== NONE &&
      isOfPackage(script, name)
    return KNOWN.find(isKnown) ?? null
  }

  /** Whether an object's class is of a package with a queue of which only the first is served. */
  isOfServedPackage(object: number): boolean {
    const script = scriptOfClass(this.#heap, object)
    return KNOWN.some(({ parts, package: name }) => 'first' in parts && isOfPackage(script, name))
  }

  #read(prototype: number): KnownResource | null {
    const maker = this.#heap.child(prototype, 'constructor')
    if (maker === NONE || this.#heap.typeOf(maker) !== 'closure') return null
    const script = scriptOf(this.#heap, maker)
    const name = this.#heap.nameOf(maker).split(' / ')[0]
    const isKnown = (known: KnownResource) =>
      known.besides === undefined && known.className === name && isOfPackage(script, known.package)
    return KNOWN.find(isKnown) ?? null
  }
}

/** Whether a script is of a package, and not of one that it depends on. */
export function isOfPackage(script: string | null, name: string): boolean {
  return packageOf(script) === name
}
