import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ScriptPlace } from '../engine/inspected-places.js'
import { isUsers } from '../heap/functions.js'
import { endOf } from '../heap/heap-end.js'
import { type HeapPromises, promisesOf } from '../heap/heap-promises.js'
import { NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import { HolderSearch } from '../heap/holders.js'
import type { LiveFacts } from '../heap/wakers.js'
import { EngineHeap } from '../memory/engine-heap.js'
import { LiveMemory } from '../memory/live-memory.js'
import { hasStackOf, STACK_SIZE, type StackRange } from '../memory/main-isolate.js'
import { MemoryHeap } from '../memory/memory-heap.js'
import { MemoryError } from '../memory/process-memory.js'
import type { WaitEnd } from '../model/wait-end.js'
import { descriptorsOf } from '../operating-system/descriptors.js'
import {
  HELD,
  HELD_ARRAYS,
  type HeapAnswer,
  type HeapQuestion,
  type HeldArrays,
  partsOfRecord,
} from '../walk/heap-answer.js'
import { functionIn, type HeapFunction } from '../walk/read-heap.js'
import { engineOf } from './engine-of-process.js'
import { MemoryResources } from './memory-resources.js'
import { MemoryScripts } from './memory-scripts.js'

/** Reads the heap of another thread of this process, which stands still. @throws {MemoryError} if it cannot be read. */
export function readHeapOf(question: HeapQuestion): HeapAnswer {
  const memory = new LiveMemory('self')
  try {
    const stack = stackOf(memory, question.threadId)
    const engine = new EngineHeap(memory, engineOf('self'), (isolate, words) => hasStackOf(words, isolate, stack))
    const [isolate, ...others] = engine.isolates
    if (isolate === undefined || others.length > 0) throw new MemoryError('the isolate of the thread cannot be told')
    return answerOf(new MemoryHeap(engine, isolate), question)
  } finally {
    memory.close()
  }
}

/** The stack of a thread that waits in the kernel. Source: proc_pid_syscall(5): its pointer is the last but one value. */
function stackOf({ mappings }: LiveMemory, threadId: number): StackRange {
  const values = readFileSync(`/proc/self/task/${threadId}/syscall`, 'latin1').trim().split(' ')
  const pointer = Number(values.at(-2))
  const found = mappings.find(({ start, end }) => start <= pointer && pointer < end)
  if (found === undefined) throw new MemoryError('the stack of the thread was not found')
  // The kernel lets the main thread's stack grow; those of other threads are mapped whole, and joined to what is above them.
  return { start: found.path === '[stack]' ? found.end - STACK_SIZE : found.start, end: pointer }
}

function answerOf(heap: MemoryHeap, question: HeapQuestion): HeapAnswer {
  const held = heldArrays(heap, question.token)
  const promises = promisesOf(heap)
  for (const { generator } of promises.suspended) {
    if (!heap.awaitPlaces.isSuspended(generator)) throw new MemoryError('a function that awaits is not suspended')
  }
  const found = question.wantsHolders ? holdersOf(heap, promises, held, question) : NO_HOLDERS
  const functions = new Map<number, HeapFunction>()
  const nameFunction = (fn: number) => {
    if (fn !== NONE && !functions.has(fn)) functions.set(fn, functionIn(heap, fn))
  }
  for (const { fn } of promises.suspended) nameFunction(fn)
  const { suspended, feeds, reactionCounts } = promises
  const others = question.isWhole ? [] : othersOf(heap, promises, held.nodes.promises)
  const places = placesOf(heap, promises)
  return { nodes: held.nodes, suspended, feeds, reactionCounts, others, functions, places, ...found }
}

/** Promises that something waits for or will settle, and that are not in the array. Those of Node's own class are no part of the program. */
function othersOf(heap: MemoryHeap, { suspended, feeds }: HeapPromises, known: Float64Array): number[] {
  const found = new Set<number>()
  for (const { awaits, settles } of suspended) for (const node of [awaits, ...settles]) found.add(node)
  for (const { from, to } of feeds) found.add(from).add(to)
  for (const node of known) found.delete(node)
  return [...found].filter((node) => heap.nameOf(node) !== 'SafePromise')
}

interface Held {
  readonly nodes: HeldArrays<Float64Array>
  /** That nothing of the program is reached through. */
  readonly own: Set<number>
}

/** The arrays of the asking thread's objects. */
function heldArrays(heap: MemoryHeap, token: number): Held {
  const mark = heap.instancesWith(HELD).find((node) => heap.properties.numberOf(node, 'token') === token)
  const root = mark === undefined ? NONE : heap.child(mark, HELD)
  if (mark === undefined || root === NONE) throw new MemoryError('the objects of the asking thread were not found')
  const own = new Set([mark, root])
  const read = (name: (typeof HELD_ARRAYS)[number]) => {
    const array = heap.child(root, name)
    own.add(array).add(heap.child(array, 'elements'))
    return Float64Array.from(heap.edges(array).flatMap(({ type, node }) => (type === 'element' ? [node] : [])))
  }
  const [promises, timers, handles, prototypes] = HELD_ARRAYS.map(read) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (const record of heap.instancesOf(new Set(prototypes))) {
    for (const part of partsOfRecord(heap, record)) own.add(part)
  }
  return { nodes: { promises, timers, handles, prototypes }, own }
}

function placesOf(heap: MemoryHeap, { suspended }: HeapPromises): Map<number, ScriptPlace> {
  const scripts = new MemoryScripts(heap)
  let misplaced = 0
  const places = new Map<number, ScriptPlace>()
  const hashes = new Map<number, string | null>()
  const hashOf = (script: number) => {
    let hash = hashes.get(script)
    if (hash === undefined) {
      const { text } = heap.scripts.script(script)
      hash = text === null ? null : createHash('sha256').update(text).digest('hex')
      hashes.set(script, hash)
    }
    return hash
  }
  for (const { generator, fn } of suspended) {
    if (!isUsers(heap, fn)) continue
    const script = heap.scripts.scriptOf(fn)
    const at = heap.awaitPlaces.positionOf(generator, fn)
    const place = script === null || at === null ? null : heap.scripts.placeAt(script, at.position)
    if (place === null || at === null) continue
    if (!at.isExact && !scripts.isBehindForAwait(fn, at.position)) misplaced++
    places.set(generator, { ...place, scriptHash: hashOf(script as number) })
  }
  if (misplaced > places.size / 2) throw new MemoryError('awaits are not where V8’s position tables have them')
  return places
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const NO_HOLDERS: Pick<HeapAnswer, 'holders' | 'waitEnds'> = { holders: new Map(), waitEnds: new Map() }

function holdersOf(
  heap: MemoryHeap,
  promises: HeapPromises,
  { nodes, own }: Held,
  question: HeapQuestion,
): Pick<HeapAnswer, 'holders' | 'waitEnds'> {
  const startedMs = cpuMs()
  const timerIndices = new Map(Array.from(nodes.timers, (node, at) => [node, at]))
  const handleIndices = new Map(Array.from(nodes.handles, (node, at) => [node, at]))
  const textOf = (script: number) => heap.scripts.script(script).text
  const { mostSearchMs } = question
  // The asking thread waits: it is this one that spends the time of the process.
  const isOutOfTime = () => mostSearchMs !== null && cpuMs() > mostSearchMs + startedMs
  const search = new HolderSearch({ heap, timerIndices, handleIndices, own, isOutOfTime }, promises, textOf)
  if (mostSearchMs === null) search.findAll()
  search.find(question.ends.map((at) => nodes.promises[at] ?? NONE).filter((node) => node !== NONE))
  const resources = new MemoryResources(heap, search.classes, descriptorsOf('self'))
  const live: LiveFacts = {
    timer: (node) => question.timers[timerIndices.get(node) ?? NONE] ?? null,
    handle: (node) => question.handles[handleIndices.get(node) ?? NONE] ?? resources.resourceOf(node),
    emitter: (node) => ({ resource: null, state: resources.stateOf(node) }),
    isIdle: question.isIdle,
    number: (place) => heap.numberAt(place),
  }
  const holders = new Map<number, Holder>()
  const waitEnds = new Map<number, WaitEnd>()
  for (const promise of search.found()) {
    const holder = search.holderOf(promise)
    holders.set(promise, holder)
    waitEnds.set(promise, endOf(heap, search, promise, holder, live))
  }
  return { holders, waitEnds }
}
