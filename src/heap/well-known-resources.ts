import { scriptOf } from './functions.js'
import { type HeapView, NONE } from './heap-view.js'

/** How a well-known pool or lock keeps those that wait for it, and what it has lent. */
export interface KnownResource {
  readonly package: string
  /** The class in that package; a subclass of it is one as well. */
  readonly className: string
  /** The fields that hold those that wait. */
  readonly queues: readonly string[]
  /** What one waits for. */
  readonly what: string
  /** Where its parts are: a list of those in use, or of all and of the idle ones. `item`: the path from an entry to the part. */
  readonly parts:
    | { readonly inUse: string; readonly item?: string }
    | { readonly all: string; readonly idle: string; readonly idleItem?: string }
    /** The functions that give it back: closures of the package that hold it. */
    | { readonly release: string }
}

/** One line each; every one is tested with the real package (test/resources.test.mjs). */
const KNOWN: readonly KnownResource[] = [
  {
    package: 'pg-pool',
    className: 'Pool',
    queues: ['_pendingQueue'],
    what: 'a client',
    parts: { all: '_clients', idle: '_idle', idleItem: 'client' },
  },
  {
    package: 'tarn',
    className: 'Pool',
    queues: ['pendingAcquires'],
    what: 'a connection',
    parts: { inUse: 'used', item: 'resource' },
  },
  {
    package: 'sequelize-pool',
    className: 'Pool',
    queues: ['_pendingAcquires'],
    what: 'a connection',
    parts: { inUse: '_inUseObjects', item: 'resource' },
  },
  {
    package: 'generic-pool',
    className: 'Pool',
    queues: ['_waitingClientsQueue'],
    what: 'a resource',
    parts: { inUse: '_resourceLoans', item: 'pooledResource.obj' },
  },
  {
    package: 'async-mutex',
    className: 'Semaphore',
    queues: ['_queue'],
    what: 'the lock',
    parts: { release: 'called' },
  },
]

const QUEUES = new Set(KNOWN.flatMap(({ queues }) => queues))
const MAX_PROTOTYPES = 6

/** Tells well-known resources by the file that their class is defined in, never by a name alone. */
export class WellKnownResources {
  readonly #heap: HeapView
  /** By prototype. */
  readonly #found = new Map<number, KnownResource | null>()

  constructor(heap: HeapView) {
    this.#heap = heap
  }

  /** @param field the property of the object by which it holds one that waits. */
  waitedFor(object: number, field: string): KnownResource | null {
    if (!QUEUES.has(field) || this.#heap.typeOf(object) !== 'object') return null
    const known = this.#kindOf(object)
    return known?.queues.includes(field) === true ? known : null
  }

  #kindOf(object: number): KnownResource | null {
    let prototype = this.#heap.child(object, '__proto__')
    for (let count = 0; prototype !== NONE && count < MAX_PROTOTYPES; count++) {
      let found = this.#found.get(prototype)
      if (found === undefined) {
        found = this.#read(prototype)
        this.#found.set(prototype, found)
      }
      if (found !== null) return found
      prototype = this.#heap.child(prototype, '__proto__')
    }
    return null
  }

  #read(prototype: number): KnownResource | null {
    const maker = this.#heap.child(prototype, 'constructor')
    if (maker === NONE || this.#heap.typeOf(maker) !== 'closure') return null
    const script = scriptOf(this.#heap, maker)
    const name = this.#heap.nameOf(maker).split(' / ')[0]
    return KNOWN.find((known) => known.className === name && isOfPackage(script, known.package)) ?? null
  }
}

/** Whether a script is of a package, and not of one that it depends on. */
export function isOfPackage(script: string | null, name: string): boolean {
  const [, ...folders] = (script ?? '').split(/[\\/]node_modules[\\/]/)
  const last = folders.at(-1)?.replaceAll('\\', '/')
  return last?.startsWith(`${name}/`) === true
}
