import { OwnMap, setOf, test } from '../engine/primordials.js'
import { listenToResources } from '../engine/resource-events.js'
import { captureSyncStack } from '../engine/sync-capture.js'
import type { Boundary } from '../model/task.js'
import { begunWork } from '../record/begun-work.js'
import { beginCapture, ErrorOfRealm, endCapture, isWalkOff } from '../record/capture.js'
import { countFault } from '../record/faults.js'
import { keepStack, knownStack } from '../record/known-stacks.js'
import { MAX_FRAMES, type RawStack } from '../record/origin.js'
import { isPatchedCall } from '../record/patched-calls.js'
import { currentOrigin } from '../record/present.js'
import { creatorOf, isBareResolver, isLongTimer, noteResource, recordCaptured, type Use } from '../record/resources.js'
import { leaveUnmarked, unsampled } from '../record/sampling.js'
import { ServerOrigins } from '../record/server-origins.js'
import { takeTickStack } from '../record/tick-stack.js'
import type { Undo } from './patch.js'

const BOUNDARY_OF_TYPE: Readonly<Record<string, Boundary>> = {
  Timeout: 'timeout',
  Immediate: 'immediate',
  TickObject: 'nextTick',
  Microtask: 'microtask',
}

/** Handles whose connections Node creates outside any callback, naming them only as the trigger. */
const SERVERS = setOf(['TCPSERVERWRAP', 'PIPESERVERWRAP'])

/** What the event loop calls back through again and again: each time, a new piece of work begins. */
const SOURCES = setOf([
  'TCPSERVERWRAP',
  'PIPESERVERWRAP',
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

/** What the name of a resource's type says of it. */
interface Kind {
  readonly boundary: Boundary
  readonly isSource: boolean
  readonly isServer: boolean
  /** `Piscina.Task`, `poolifier:task`, and those of node:test: types of Node's own operations are in one word. */
  readonly isOfLibrary: boolean
  readonly isConnection: boolean
  /** Called back once, by Node itself. */
  readonly isPlain: boolean
}

/** A program can make up names without end. */
const MAX_KINDS = 256
const kinds = new OwnMap<string, Kind>()

/**
 * What Node's own code and the program hand to the event loop, as Node announces it: native operations,
 * ticks, microtasks, and timers that were not made through a patched function.
 *
 * @param onLibrary is told of resources whose type's name is a library's.
 * @param onConnect is called where the present code opens a connection.
 */
export function patchNativeCallbacks(
  onLibrary: (type: string, resource: object) => void,
  onConnect: () => void,
): Undo[] {
  const servers = new ServerOrigins()
  return [
    listenToResources((asyncId, type, triggerAsyncId, resource) => {
      try {
        if (type === 'PROMISE' || (isPatchedCall() && (type === 'Timeout' || type === 'Immediate'))) return
        // A server names itself as the trigger of the tick that tells it listens: the code that runs created that.
        const present = currentOrigin() ?? (type === 'TickObject' ? null : servers.get(triggerAsyncId))
        if (type === 'TickObject') {
          const stack = takeTickStack()
          if (present === unsampled) {
            leaveUnmarked(asyncId)
            return
          }
          if (stack !== null) {
            recordCaptured(resource, 'nextTick', 'soon', stack, creatorOf(resource, 'soon', present))
            return
          }
        }
        const kind = kinds.get(type) ?? kindOf(type)
        const boundary = type === 'Timeout' ? boundaryOfTimer(resource) : kind.boundary
        if (present === unsampled && kind.isPlain && boundary !== 'interval') {
          leaveUnmarked(asyncId)
          return
        }
        const use = useOf(kind, boundary, resource)
        if (type === 'Timeout' && begunWork.isNoted) begunWork.addTimer(resource)
        if (use !== 'soon' || type === 'Timeout') noteResource(resource, type)
        if (present !== unsampled && isBareResolver(resource, use, callbackOf(type, resource))) return
        const parent = creatorOf(resource, use, present)
        if (parent !== unsampled) {
          let raw: RawStack | null = knownStack()
          if (raw === null) {
            const limit = beginCapture(MAX_FRAMES)
            raw = isWalkOff() ? captureSyncStack(ErrorOfRealm) : new ErrorOfRealm()
            endCapture(limit)
            keepStack(raw)
          }
          recordCaptured(resource, boundary, use, raw, parent)
        }
        if (kind.isServer) servers.add(asyncId, resource)
        if (kind.isOfLibrary) onLibrary(type, resource)
        if (kind.isConnection && servers.get(triggerAsyncId) === null) onConnect()
      } catch (error) {
        countFault(error)
      }
    }),
  ]
}

function kindOf(type: string): Kind {
  const isSource = SOURCES.has(type)
  const isOfLibrary = test(/[.:]|^Test(?:ReporterScope)?$/, type)
  const boundary = BOUNDARY_OF_TYPE[type] ?? 'callback'
  const isPlain = !isSource && !isOfLibrary
  const isConnection = type === 'TCPWRAP' || type === 'PIPEWRAP'
  const kind = { boundary, isSource, isServer: SERVERS.has(type), isOfLibrary, isConnection, isPlain }
  if (kinds.size < MAX_KINDS) kinds.set(type, kind)
  return kind
}

function boundaryOfTimer(timer: object): Boundary {
  return (timer as { _repeat?: unknown })._repeat != null ? 'interval' : 'timeout'
}

function useOf({ isSource }: Kind, boundary: Boundary, resource: object): Use {
  if (boundary === 'interval' || isSource) return 'often'
  if (boundary === 'timeout') return isLongTimer(resource) ? 'late' : 'soon'
  return boundary === 'callback' ? 'late' : 'soon'
}

/** What Node's own objects will call; the program's could have getters. */
function callbackOf(type: string, resource: object): unknown {
  if (type === 'TickObject') return (resource as { callback?: unknown }).callback
  if (type === 'Timeout') return (resource as { _onTimeout?: unknown })._onTimeout
  return type === 'Immediate' ? (resource as { _onImmediate?: unknown })._onImmediate : null
}
