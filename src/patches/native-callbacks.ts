import { isPromiseResolver } from '../engine/promise-resolvers.js'
import { listenToResources, type ResourceListener } from '../engine/resource-events.js'
import type { Boundary } from '../model/task.js'
import { countFault } from '../record/faults.js'
import { isPatchedCall } from '../record/patched-calls.js'
import { currentOrigin } from '../record/recorder.js'
import { noteResource, recordCreation } from '../record/resources.js'
import { ServerOrigins } from '../record/server-origins.js'
import type { Undo } from './patch.js'

const BOUNDARY_OF_TYPE: Readonly<Record<string, Boundary>> = {
  Timeout: 'timeout',
  Immediate: 'immediate',
  TickObject: 'nextTick',
  Microtask: 'microtask',
}

/** `Piscina.Task`, `poolifier:task`: Node's own types are in one word. */
const OF_LIBRARY = /[.:]/

/** Handles whose connections Node creates outside any callback, naming them only as the trigger. */
const SERVERS = new Set(['TCPSERVERWRAP', 'PIPESERVERWRAP'])

/** What the event loop calls back through again and again: each time, a new piece of work begins. */
const SOURCES = new Set([
  ...SERVERS,
  'TCPWRAP',
  'PIPEWRAP',
  'TLSWRAP',
  'TTYWRAP',
  'UDPWRAP',
  'HTTPINCOMINGMESSAGE',
  'HTTP2SESSION',
  'MESSAGEPORT',
  'WORKER',
  'PROCESSWRAP',
  'SIGNALWRAP',
  'FSEVENTWRAP',
  'STATWATCHER',
])

/**
 * What Node's own code and the program hand to the event loop, as Node announces it: native operations,
 * ticks, microtasks, and timers that were not made through a patched function.
 *
 * @param onLibrary is told of resources whose type's name is a library's.
 */
export function patchNativeCallbacks(onLibrary: (type: string, resource: object) => void): Undo[] {
  const servers = new ServerOrigins()
  return [
    listenToResources((type, resource, asyncId, triggerAsyncId) => {
      onResource(servers, type, resource, asyncId, triggerAsyncId)
      if (OF_LIBRARY.test(type)) onLibrary(type, resource)
    }),
  ]
}

type Announced = [servers: ServerOrigins, ...Parameters<ResourceListener>]

function onResource(...[servers, type, resource, asyncId, triggerAsyncId]: Announced): void {
  try {
    if (isPatchedCall() && (type === 'Timeout' || type === 'Immediate')) return
    if (type === 'TickObject' && isPromiseResolver((resource as { callback?: unknown }).callback)) return
    const isInterval = type === 'Timeout' && (resource as { _repeat?: unknown })._repeat != null
    const boundary = isInterval ? 'interval' : (BOUNDARY_OF_TYPE[type] ?? 'callback')
    const isLate = boundary === 'callback' || boundary === 'timeout'
    const use = isInterval || SOURCES.has(type) ? 'often' : isLate ? 'late' : 'soon'
    recordCreation(resource, boundary, use, currentOrigin() ?? servers.get(triggerAsyncId))
    if (use !== 'soon') noteResource(resource, type)
    if (SERVERS.has(type)) servers.add(asyncId, resource)
  } catch (error) {
    countFault(error)
  }
}
