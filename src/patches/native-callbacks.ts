import { isPromiseResolver } from '../engine/promise-resolvers.js'
import { listenToResources, type ResourceListener } from '../engine/resource-events.js'
import type { Boundary } from '../model/task.js'
import { countFault, currentOrigin, isPatchedCall, noteResource, recordCreation } from '../record/recorder.js'
import { ServerOrigins } from '../record/server-origins.js'
import type { Undo } from './patch.js'

const BOUNDARY_OF_TYPE: Readonly<Record<string, Boundary>> = {
  Timeout: 'timeout',
  Immediate: 'immediate',
  TickObject: 'nextTick',
  Microtask: 'microtask',
}

/** Handles whose connections Node creates outside any callback, naming them only as the trigger. */
const SERVERS = new Set(['TCPSERVERWRAP', 'PIPESERVERWRAP'])

/**
 * What Node's own code and the program hand to the event loop, as Node announces it: native operations,
 * ticks, microtasks, and timers that were not made through a patched function.
 */
export function patchNativeCallbacks(): Undo[] {
  const servers = new ServerOrigins()
  return [
    listenToResources((type, resource, asyncId, triggerAsyncId) =>
      onResource(servers, type, resource, asyncId, triggerAsyncId),
    ),
  ]
}

type Announced = [servers: ServerOrigins, ...Parameters<ResourceListener>]

function onResource(...[servers, type, resource, asyncId, triggerAsyncId]: Announced): void {
  try {
    if (isPatchedCall() && (type === 'Timeout' || type === 'Immediate')) return
    if (type === 'TickObject' && isPromiseResolver((resource as { callback?: unknown }).callback)) return
    const isInterval = type === 'Timeout' && (resource as { _repeat?: unknown })._repeat != null
    const boundary = isInterval ? 'interval' : (BOUNDARY_OF_TYPE[type] ?? 'callback')
    const isLong = boundary === 'callback' || boundary === 'timeout' || boundary === 'interval'
    recordCreation(resource, boundary, isLong, currentOrigin() ?? servers.get(triggerAsyncId))
    if (isLong) noteResource(resource, type)
    if (SERVERS.has(type)) servers.add(asyncId, resource)
  } catch (error) {
    countFault(error)
  }
}
