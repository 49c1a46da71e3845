import { isUsers } from '../heap/functions.js'
import { type HeapPromises, promisesOf, type Suspended, settledBy } from '../heap/heap-promises.js'
import { NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import { HolderSearch } from '../heap/holders.js'
import { type HeapMessage, httpMessages } from '../heap/http-messages.js'
import { http2Requests } from '../heap/http2-requests.js'
import { undiciRequests } from '../heap/undici-requests.js'
import type { LiveFacts } from '../heap/wakers.js'
import { abandonedOf } from '../memory/abandoned.js'
import type { EventLoop } from '../memory/event-loop.js'
import { lastDispatchedIn } from '../memory/last-dispatched.js'
import type { MemoryHeap } from '../memory/memory-heap.js'
import { memoryTimers } from '../memory/memory-timers.js'
import { MemoryError } from '../memory/process-memory.js'
import type { Frame } from '../model/frame.js'
import type { LostFunctions } from '../model/lost-function.js'
import { NO_NUMBERS } from '../model/request-facts.js'
import type { WaitGraph } from '../model/wait-graph.js'
import type { Descriptors } from '../operating-system/descriptors.js'
import { buildGraph } from '../waits/graph.js'
import { withHeapRequests } from '../waits/heap-requests.js'
import { HeapSource } from '../waits/heap-source.js'
import { type KeptAliveInMemory, keptAliveInMemory } from './memory-kept-alive.js'
import { MemoryResources } from './memory-resources.js'
import { MemoryScripts } from './memory-scripts.js'
import { runningFrames } from './running-frames.js'

/** What is known of a thread besides its heap. */
export interface AboutThread {
  readonly threadId: number
  /** Of the process. */
  readonly descriptors: Descriptors
  /** Null if it was not found. */
  readonly loop: EventLoop | null
  /** The time at which the memory was read, in milliseconds of the system's monotonic clock; `NaN` if it is not known. */
  readonly nowMs: number
}

export interface ReadThread {
  readonly graph: WaitGraph
  /** Null if that is not known. */
  readonly alive: KeptAliveInMemory | null
  /** The functions of the program that it is in the middle of, innermost first; null if it is not, or that cannot be told. */
  readonly stack: readonly Frame[] | null
  /** It runs code, and no function of the program is known to be the one. */
  readonly isStackUnknown: boolean
}

/** What one thread waits for, from its heap in memory. @throws {MemoryError} if the heap contradicts itself. */
export function readThread(heap: MemoryHeap, about: AboutThread): ReadThread {
  const { threadId, descriptors, loop, nowMs } = about
  const scripts = new MemoryScripts(heap)
  const { stack } = heap
  const dueMs = loop?.timerDueMs ?? null
  const timers = memoryTimers(heap, dueMs === null || Number.isNaN(nowMs) ? null : { dueMs, nowMs })
  const timerIndices = new Map([...timers.keys()].map((node, i) => [node, i]))
  const searched = { heap, timerIndices, handleIndices: new Map(), own: new Set<number>() }
  const { promises, lost, search, holderOf } = searchLiving(
    heap,
    (found) => new HolderSearch(searched, found, scripts.textOf),
  )
  const resources = new MemoryResources(heap, search.classes, descriptors)
  const live: LiveFacts = {
    timer: (node) => timers.get(node) ?? null,
    handle: (node) => resources.resourceOf(node),
    emitter: (node) => ({ resource: null, state: resources.stateOf(node) }),
    isIdle: stack?.isRunning === false,
    number: (place) => heap.numberAt(place),
  }
  const frames = framesOf(heap, promises.suspended, scripts)
  const source = new HeapSource({
    heap,
    promises,
    frames,
    memberIndices: memberIndicesOf(heap, promises),
    definitionOf: (fn) => scripts.definitionOf(fn),
    sourceAtAwait: (generator) => sourceAt(heap, generator, search.functionOf(generator), scripts),
    awaitPlaceOf: (generator) => {
      const fn = search.functionOf(generator)
      const place = heap.awaitPlaces.positionOf(generator, fn)
      return place?.isExact === true ? scripts.placeOf(fn, place.position) : null
    },
    search,
    holderOf,
    live,
  })
  const toldOf = ({ incoming, socket }: HeapMessage) => {
    const fn = lastDispatchedIn(heap, incoming)
    const numbers = { ...NO_NUMBERS, ...resources.addressesOf(socket) }
    return { lastIn: fn === NONE ? null : scripts.definitionOf(fn), numbers }
  }
  const messages = [...httpMessages(heap), ...http2Requests(heap), ...undiciRequests(heap)]
  const graph = withHeapRequests(heap, buildGraph(source, threadId), messages, toldOf, threadId)
  const gone = lostFunctions(heap, lost, scripts, threadId)
  const parts = { heap, scripts, search, resources, timers }
  const alive = loop === null ? null : keptAliveInMemory(loop, parts)
  const whole = gone.length === 0 ? graph : Object.freeze({ ...graph, lost: gone })
  const running = runningFrames(heap, scripts)
  if (running === null) return { graph: whole, alive, stack: null, isStackUnknown: stack?.isRunning === true }
  const all = [...running, ...awaitingFrames(heap, promises.suspended, frames)]
  return { graph: whole, alive, stack: all, isStackUnknown: running.length === 0 }
}

/** The functions that wait for the one that runs, innermost first, as long as only one awaits the other. */
function awaitingFrames(
  heap: MemoryHeap,
  suspended: readonly Suspended[],
  frames: ReadonlyMap<number, Frame>,
): Frame[] {
  const resumed = heap.resumedGenerator()
  let settled = resumed === NONE ? [] : settledBy(heap, resumed).settles
  const found: Frame[] = []
  const seen = new Set<number>()
  for (;;) {
    const waiting = suspended.filter(({ awaits }) => settled.includes(awaits))
    const [only] = waiting
    const frame = only === undefined ? undefined : frames.get(only.generator)
    if (only === undefined || frame === undefined || waiting.length > 1 || seen.has(only.generator)) return found
    seen.add(only.generator)
    found.push(frame.name === '<module>' ? frame : { ...frame, name: `async ${frame.name}` })
    settled = only.settles
  }
}

/** By place. Functions of Node.js are left out. */
function lostFunctions(
  heap: MemoryHeap,
  lost: readonly Suspended[],
  scripts: MemoryScripts,
  threadId: number,
): LostFunctions[] {
  const ofProgram = lost.filter(({ fn }) => isUsers(heap, fn))
  const counts = new Map<string, LostFunctions>()
  for (const frame of framesOf(heap, ofProgram, scripts).values()) {
    const key = JSON.stringify(frame)
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { stack: [frame], count, isCollected: false, threadId })
  }
  const inOrder = [...counts].sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
  return inOrder.map(([, each]) => each)
}

interface Living {
  readonly promises: HeapPromises
  /** Suspended functions that V8 would collect: nothing that is reachable can settle what they wait for. */
  readonly lost: readonly Suspended[]
  readonly search: HolderSearch
  holderOf(promise: number): Holder
}

const NOBODY: Holder = { kind: 'nobody' }

/**
 * The promises that V8 would not collect, and what holds their resolvers. Without those that it would, the functions that
 * await them are garbage too, and so may be their promises.
 */
function searchLiving(heap: MemoryHeap, searchWith: (promises: HeapPromises) => HolderSearch): Living {
  let promises = promisesOf(heap)
  const lost = new Set<number>()
  const functions: Suspended[] = []
  for (;;) {
    const search = searchWith(promises)
    search.findAll()
    const holderOf = (promise: number) => (lost.has(promise) ? NOBODY : search.holderOf(promise))
    const abandoned = abandonedOf(heap, endsOf(promises, holderOf))
    if (abandoned.size === 0) return { promises, lost: functions, search, holderOf }
    const isLost = ({ awaits }: Suspended) => abandoned.has(awaits)
    for (const each of promises.suspended.filter(isLost)) {
      functions.push(each)
      for (const settled of each.settles) lost.add(settled)
    }
    promises = {
      ...promises,
      suspended: promises.suspended.filter((each) => !isLost(each)),
      feeds: promises.feeds.filter(({ from }) => !abandoned.has(from)),
    }
  }
}

/** The promises that something waits for and nothing is known to settle. */
function endsOf({ suspended, feeds }: HeapPromises, holderOf: (promise: number) => Holder): number[] {
  const settled = new Set(feeds.map(({ to }) => to))
  const awaited = new Set(feeds.map(({ from }) => from))
  for (const { settles, awaits } of suspended) {
    for (const promise of settles) settled.add(promise)
    awaited.add(awaits)
  }
  return [...awaited].filter((promise) => !settled.has(promise) && holderOf(promise).kind === 'nobody')
}

/** Where each suspended function awaits. */
function framesOf(heap: MemoryHeap, suspended: readonly Suspended[], scripts: MemoryScripts): Map<number, Frame> {
  const frames = new Map<number, Frame>()
  let ofProgram = 0
  let misplaced = 0
  for (const { generator, fn } of suspended) {
    if (!heap.awaitPlaces.isSuspended(generator)) throw new MemoryError('a function that awaits is not suspended')
    const place = heap.awaitPlaces.positionOf(generator, fn)
    // V8 makes some tables only when it needs them: without one, the line is not known.
    if (place !== null && isUsers(heap, fn)) {
      ofProgram++
      if (!place.isExact && !scripts.isBehindForAwait(fn, place.position)) misplaced++
    }
    frames.set(generator, scripts.frameAt(fn, place?.position ?? null))
  }
  if (misplaced > ofProgram / 2) throw new MemoryError('awaits are not where V8’s position tables have them')
  return frames
}

function sourceAt(heap: MemoryHeap, generator: number, fn: number, scripts: MemoryScripts): string | null {
  const place = heap.awaitPlaces.positionOf(generator, fn)
  return place?.isExact === true ? scripts.textAt(fn, place.position) : null
}

/** By promise, which member of its combinator it is: V8 keeps the index in the function that takes the member's value. */
function memberIndicesOf(heap: MemoryHeap, { feeds, reactionCounts }: HeapPromises): Map<number, number> {
  const indices = new Map<number, number>()
  for (const { from, combinator, reaction } of feeds) {
    // A promise that is awaited elsewhere too may be another member there.
    if (combinator === null || reactionCounts.get(from) !== 1) continue
    for (const { node } of heap.edges(reaction)) {
      if (heap.typeOf(node) !== 'closure' || !/ElementClosure$/.test(heap.builtinOf(node))) continue
      const index = heap.memberIndexOf(node)
      if (index !== null) indices.set(from, index)
    }
  }
  return indices
}
