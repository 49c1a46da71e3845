import { isPromiseResolver } from '../engine/promise-resolvers.js'
import { listenToResources } from '../engine/resource-events.js'
import { captureSyncStack } from '../engine/sync-capture.js'
import type { Boundary } from '../model/task.js'
import { beginCapture, ErrorOfRealm, endCapture, isWalkOff } from '../record/capture.js'
import { countFault } from '../record/faults.js'
import { MAX_FRAMES } from '../record/origin.js'
import { isPatchedCall } from '../record/patched-calls.js'
import { currentOrigin } from '../record/present.js'
import { creatorOf, noteResource, recordCaptured, type Use } from '../record/resources.js'
import { unsampled } from '../record/sampling.js'
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
    listenToResources((asyncId, type, triggerAsyncId, resource) => {
      try {
        if (type === 'PROMISE' || isRecordedElsewhere(type, resource)) return
        const boundary = boundaryOf(type, resource)
        const use = useOf(type, boundary)
        const parent = creatorOf(resource, use, currentOrigin() ?? servers.get(triggerAsyncId))
        if (parent !== unsampled) {
          const limit = beginCapture(MAX_FRAMES)
          const error = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
          endCapture(limit)
          recordCaptured(resource, boundary, use, error, parent)
        }
        if (use !== 'soon') noteResource(resource, type)
        if (SERVERS.has(type)) servers.add(asyncId, resource)
        if (OF_LIBRARY.test(type)) onLibrary(type, resource)
      } catch (error) {
        countFault(error)
      }
    }),
  ]
}

/** Timers by the patched functions that make them; and none of the program's code runs in a resolver. */
function isRecordedElsewhere(type: string, resource: object): boolean {
  if (type === 'TickObject') return isPromiseResolver((resource as { callback?: unknown }).callback)
  return isPatchedCall() && (type === 'Timeout' || type === 'Immediate')
}

function boundaryOf(type: string, resource: object): Boundary {
  const isInterval = type === 'Timeout' && (resource as { _repeat?: unknown })._repeat != null
  return isInterval ? 'interval' : (BOUNDARY_OF_TYPE[type] ?? 'callback')
}

function useOf(type: string, boundary: Boundary): Use {
  if (boundary === 'interval' || SOURCES.has(type)) return 'often'
  return boundary === 'callback' || boundary === 'timeout' ? 'late' : 'soon'
}
