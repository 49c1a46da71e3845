import type { Resource, Timer } from '../model/resource.js'
import { builtinModule } from './builtin-modules.js'
import { ownValue } from './own-value.js'
import { type ReadResource, readResources, resourceOfRead } from './read-resources.js'
import { clockLeadMs, now } from './real-clock.js'

interface ProcessInternals {
  _getActiveHandles(): readonly object[]
  _getActiveRequests(): readonly object[]
}

/** What the event loop of this thread waits for at one moment, read from Node's own objects (Node 20 to 26). */
export class ActiveResources {
  /** The program's sockets, servers and child processes that are open, and Node's requests under way. */
  readonly objects: readonly object[]
  readonly #requests: ReadonlySet<object>
  /** The program's object (socket, server, child) by the native handle below it. */
  #owners: ReadonlyMap<object, object> | null = null

  constructor() {
    const internals = process as unknown as ProcessInternals
    const requests = internals._getActiveRequests()
    this.objects = [...internals._getActiveHandles(), ...requests]
    this.#requests = new Set(requests)
  }

  /**
   * What `async_hooks` announced.
   *
   * @param type as Node announced it. @returns null if it has ended.
   */
  ofHook(resource: object, type: string): Resource | null {
    if (isTimer(type)) return timerOf(resource)
    if (this.#requests.has(resource)) return resourceOfRead(this.describe(resource))
    this.#owners ??= ownersOf(this.objects)
    const owner = this.#owners.get(resource)
    return owner === undefined ? null : resourceOfRead(this.describe(owner))
  }

  /** One of `objects`, or another object that Node may know: the emitter of an event. */
  describe(object: object): ReadResource {
    return readResources(this.objects, [object], builtinModule)[0] as ReadResource
  }
}

/** The program's sockets, servers and child processes that are open, and Node's requests under way. */
export function activeObjects(): readonly object[] {
  const internals = process as unknown as ProcessInternals
  return [...internals._getActiveHandles(), ...internals._getActiveRequests()]
}

/** To wait for a child process's pipes, which are made together with it, is to wait for the process. */
function ownersOf(objects: readonly object[]): ReadonlyMap<object, object> {
  const owners = new Map<object, object>()
  for (const owner of objects) {
    owners.set(owner, owner)
    const handle = handleOf(owner)
    if (handle !== null) owners.set(handle, owner)
  }
  for (const child of objects) {
    const pipes = typeof ownValue(child, 'spawnfile') === 'string' ? ownValue(child, 'stdio') : null
    if (!Array.isArray(pipes)) continue
    for (const pipe of pipes) {
      const handle = handleOf(pipe)
      if (handle !== null) owners.set(handle, child)
    }
  }
  return owners
}

/** Node keeps it in a property, or below a symbol of that description. */
export function handleOf(owner: unknown): object | null {
  const handle = ownValue(owner, '_handle') ?? valueBySymbol(owner, 'kHandle')
  return typeof handle === 'object' ? handle : null
}

function valueBySymbol(owner: unknown, description: string): unknown {
  if (typeof owner !== 'object' || owner === null) return undefined
  const symbol = Object.getOwnPropertySymbols(owner).find((each) => each.description === description)
  return symbol === undefined ? undefined : ownValue(owner, symbol)
}

/** Whether the event loop does not end before a timer: not after `unref()` (Node 20 to 26). */
export function isRefedTimer(timer: object): boolean {
  return valueBySymbol(timer, 'refed') === true
}

/** What a `Worker` is; null if it has ended, or the event loop does not wait for it. */
export function refedWorker(worker: object): Resource | null {
  const handle = handleOf(worker) as { hasRef?(): boolean } | null
  if (handle?.hasRef?.() !== true) return null
  const threadId = ownValue(handle, 'threadId')
  return { kind: 'worker', threadId: typeof threadId === 'number' ? threadId : null }
}

/** @param type of a resource, as the timers' own functions and Node announce it. */
export function isTimer(type: string): boolean {
  return type === 'timeout' || type === 'interval' || type === 'Timeout'
}

/** @returns null if the timer has fired or was cleared. */
export function timerOf(timer: object): Timer | null {
  const delayMs = ownValue(timer, '_idleTimeout')
  const startedMs = ownValue(timer, '_idleStart')
  if (typeof delayMs !== 'number' || typeof startedMs !== 'number' || delayMs < 0) return null
  if (ownValue(timer, '_destroyed') === true || typeof ownValue(timer, '_onTimeout') !== 'function') return null
  const nowMs = now() - clockLeadMs()
  const remainingMs = Math.max(0, Math.round(startedMs + delayMs - nowMs))
  return { kind: 'timer', delayMs, remainingMs, repeats: ownValue(timer, '_repeat') != null }
}
