import { chunksOf } from '../memory/chunks.js'
import { EngineHeap } from '../memory/engine-heap.js'
import type { EngineSymbols } from '../memory/engine-symbols.js'
import { eventLoopAt, LOOP_BYTES } from '../memory/event-loop.js'
import { copiedBytes, FrozenMemory } from '../memory/frozen-memory.js'
import { LiveMemory } from '../memory/live-memory.js'
import { mainIsolateOf, mainStackOf, type StackRange, threadIdOf } from '../memory/main-isolate.js'
import { MemoryHeap } from '../memory/memory-heap.js'
import { MemoryError, type ProcessMemory } from '../memory/process-memory.js'
import { isStopped, PauseError, RestlessError, readQuietly, type Stillness } from '../memory/quiet-read.js'
import { Words } from '../memory/words.js'
import type { KeptAlive } from '../model/kept-alive.js'
import type { ThreadDump } from '../model/task-dump.js'
import { type Descriptors, descriptorsOf } from '../operating-system/descriptors.js'
import {
  addressesOfStatics,
  IDLE_POOL_THREADS,
  MAIN_LOOP,
  POOL_THREADS,
  type StaticAddresses,
} from '../operating-system/static-variable.js'
import type { ProcessCapture } from './attach.js'
import { keptEngineOf } from './engine-of-process.js'
import { isKeptAliveBy } from './kept-alive-by.js'
import { doesCompute, loopStateOf } from './main-loop.js'
import { type ReadThread, readThread } from './memory-thread.js'
import { commandOf, factsOf, type ProcessFacts } from './process-facts.js'
import { Refusal } from './refusal.js'
import { joinParts, type ThreadPart } from './thread-parts.js'
import { waitsForWorkers } from './waits-for-workers.js'

export interface MemoryOptions {
  /** For how long a busy process may be stopped so that it can be read; 0 for not at all. */
  readonly mostPauseMs: number
  /** A main thread that does nothing but compute is not stopped: its inspector tells what it is busy with. */
  readonly leavesComputing: boolean
  /** Also worker threads. */
  readonly threads: boolean
  readonly onProgress: (step: string) => void
}

export interface MemoryCapture extends ProcessCapture {
  /** Why the process itself would tell more: what async-trace recorded in it, or what keeps it alive; null if it would not. */
  readonly onlyAsked: string | null
  /** async-trace is loaded in it. */
  readonly hasRecorder: boolean
}

/** In bytes: what is copied at most, so that the process need not stand still while it is looked at. */
const MOST_COPIED = 128 << 20
/** A process that is stopped amid a collection of garbage has objects in two places. */
const TRIES = 3
const BETWEEN_TRIES_MS = 10

/**
 * Reads what a process waits for from its memory. Nothing happens in the process.
 *
 * @throws {Refusal} that names what is in the way: the check that failed, or a missing right.
 */
export async function captureMemory(pid: number, options: MemoryOptions): Promise<MemoryCapture> {
  const facts = factsOf(pid, 'memory')
  options.onProgress(`reading the memory of process ${pid}`)
  for (let count = 1; ; count++) {
    try {
      return await captureOnce(facts, options)
    } catch (error) {
      const isTrouble = error instanceof MemoryError && !(error instanceof PauseError || error instanceof RestlessError)
      if (!isTrouble || count === TRIES) throw refusalOf(pid, error)
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS))
    }
  }
}

async function captureOnce(facts: ProcessFacts, options: MemoryOptions): Promise<MemoryCapture> {
  const { pid, innerPid, cwd } = facts
  const statics = addressesOfStatics(pid)
  const wanted = { pid, symbols: keptEngineOf(pid), wantsWorkers: options.threads, statics }
  const takenAtMs = Date.now()
  const limit = { mostMs: () => mostPauseOf(pid, options), estimateMs: () => estimatedPauseMs(pid) }
  const { value, pauseMs } = await readQuietly(pid, limit, (still) => readOnce(wanted, still))
  const { parts, ...told } = value instanceof FrozenMemory ? readWhole(value, wanted) : value
  const { unreadThreads, onlyAsked, hasRecorder, poolThreads } = told
  // It had no processor just then: where in its code it is, only its inspector tells.
  if (told.isStackUnknown && options.leavesComputing && (await doesCompute(pid))) throw computing()
  const about = {
    pid,
    command: commandOf(facts),
    cwd,
    nodeVersion: null,
    isRecorded: false,
    keptAlive: told.keptAlive ?? [],
    unaskedThreads: unreadThreads,
  }
  const isBlocked = await doesBlock(pid, parts, pauseMs)
  const withPauses = parts.map((part) => withPause(part, pauseMs, isBlocked(part)))
  return { ...about, onlyAsked, hasRecorder, ...joinParts(innerPid, takenAtMs, withPauses, poolThreads) }
}

async function mostPauseOf(pid: number, { mostPauseMs, leavesComputing }: MemoryOptions): Promise<number> {
  if (leavesComputing && (await doesCompute(pid))) throw computing()
  return mostPauseMs
}

function computing(): RestlessError {
  return new RestlessError('its main thread does nothing but compute')
}

/**
 * Which threads block their event loops: a function that is in the middle of something may also return at once. Of a process that
 * had to be stopped, that is known of the main thread only.
 */
async function doesBlock(
  pid: number,
  parts: readonly ThreadPart[],
  pauseMs: number,
): Promise<(part: ThreadPart) => boolean> {
  const wasAtRest = pauseMs === 0
  const isMainRunning = parts.some((part) => isOfMain(part) && isBusy(part))
  const doesMain = isMainRunning && (wasAtRest ? await isMainStill(pid) : await doesCompute(pid))
  return (part) => isBusy(part) && (isOfMain(part) ? doesMain : wasAtRest)
}

async function isMainStill(pid: number): Promise<boolean> {
  return isStopped(pid) || (await loopStateOf(pid)) === 'blocked'
}

function isOfMain({ threads: [thread] }: ThreadPart): boolean {
  return thread?.threadId === MAIN_THREAD
}

function isBusy({ threads: [thread] }: ThreadPart): boolean {
  return thread?.state === 'busy'
}

function refusalOf(pid: number, error: unknown): unknown {
  if (error instanceof PauseError) return new Refusal('too-costly', `process ${pid} was not read: ${error.message}`)
  if (error instanceof MemoryError) {
    return new Refusal('blocked', `the memory of process ${pid} cannot be read as a heap: ${error.message}`)
  }
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ESRCH' || code === 'ENOENT') return new Refusal('not-found', `process ${pid} has ended`)
  if (code !== 'EACCES' && code !== 'EPERM') return error
  return new Refusal(
    'not-allowed',
    `the memory of process ${pid} may not be read: ask as its user or as root; where the kernel restricts that ` +
      '(yama.ptrace_scope, containers), with CAP_SYS_PTRACE',
  )
}

/** As `instance.ts` publishes it. */
const RECORDER = '<symbol async-trace.instance>'

/** In bytes: how large the largest heap of a process is. @throws {NodeJS.ErrnoException} if its memory may not be read. */
export function heapBytesOf(pid: number): number {
  const live = new LiveMemory(pid)
  try {
    const sizes = new Map<number, number>()
    for (const { heap, size } of chunksOf(new Words(live), live.mappings))
      sizes.set(heap, (sizes.get(heap) ?? 0) + size)
    return Math.max(0, ...sizes.values())
  } finally {
    live.close()
  }
}

/** What the threads wait for. */
export interface ReadThreads {
  readonly parts: readonly ThreadPart[]
  readonly unreadThreads: number
  readonly onlyAsked: MemoryCapture['onlyAsked']
  readonly hasRecorder: boolean
  /** Null if that is not known. */
  readonly keptAlive: readonly KeptAlive[] | null
  /** The main thread runs code, and in which function is not known. */
  readonly isStackUnknown: boolean
  /** How many threads libuv's thread pool has, if all of them are busy; else null. */
  readonly poolThreads: number | null
}

/** Measured on Node 20 to 26: for a copy, and for a process that is read in place, whose searches take time as well. */
const COPIED_BYTES_A_MS = 1_000_000
const READ_BYTES_A_MS = 700_000
const SEARCH_MS = 150

function estimatedPauseMs(pid: number): number {
  const live = new LiveMemory(pid)
  try {
    const bytes = copiedBytes(live)
    return bytes <= MOST_COPIED ? bytes / COPIED_BYTES_A_MS : SEARCH_MS + bytes / READ_BYTES_A_MS
  } finally {
    live.close()
  }
}

/** A copy, or, of a process that is too large for one, what it says. */
function readOnce(wanted: Wanted, still: Stillness): FrozenMemory | ReadThreads {
  const live = new LiveMemory(wanted.pid, still)
  if (copiedBytes(live) > MOST_COPIED) return readWhole(live, wanted)
  return new FrozenMemory(
    live,
    [...wanted.statics.values()].map((address) => ({ start: address, end: address + LOOP_BYTES })),
  )
}

interface Wanted {
  readonly pid: number
  readonly symbols: EngineSymbols
  readonly wantsWorkers: boolean
  readonly statics: StaticAddresses
}

/** Reads the threads, and gives the memory back. */
function readWhole(memory: ProcessMemory, { pid, ...wanted }: Wanted): ReadThreads {
  try {
    const nowMs = Number(process.hrtime.bigint() / 1_000_000n)
    return readThreads(memory, { ...wanted, stack: mainStackOf(memory), descriptors: descriptorsOf(pid), nowMs })
  } finally {
    memory.close()
  }
}

/** What is read of a process besides its memory. */
export interface ReadOptions {
  readonly symbols: EngineSymbols
  /** The stack of the main thread. */
  readonly stack: StackRange
  /** Else the main thread alone. */
  readonly wantsWorkers: boolean
  readonly descriptors: Descriptors
  /** By the system's monotonic clock; `NaN` if it is not known when the memory was so. */
  readonly nowMs: number
  /** Of libuv's, as far as they are known. */
  readonly statics: StaticAddresses
}

export function readThreads(memory: ProcessMemory, options: ReadOptions): ReadThreads {
  const { symbols, stack, wantsWorkers, descriptors, nowMs, statics } = options
  const engine = new EngineHeap(memory, symbols)
  const main = mainIsolateOf(engine, stack)
  const mainHeap = new MemoryHeap(engine, main)
  const mainLoop = statics.get(MAIN_LOOP)
  const loop = mainLoop === undefined ? null : eventLoopAt(engine.words, mainLoop)
  const poolThreads = busyPoolThreads(engine.words, statics)
  const mainThread = readThread(mainHeap, { threadId: MAIN_THREAD, descriptors, loop, nowMs })
  const parts = [partOf(mainThread, MAIN_THREAD)]
  const { isStackUnknown } = mainThread
  const hasRecorder = mainHeap.hasGlobal(RECORDER)
  const onlyAsked = hasRecorder ? 'async-trace is loaded in it' : whatIsMissing(mainThread)
  const keptAlive = mainThread.alive?.keptAlive ?? null
  const workers = engine.isolates.filter((isolate) => isolate !== main)
  const isWanted = wantsWorkers || parts.some(({ graph }) => waitsForWorkers(graph, workers.length, true))
  const told = { onlyAsked, hasRecorder, keptAlive, isStackUnknown, poolThreads }
  if (!isWanted) return { parts, unreadThreads: workers.length, ...told }
  const heaps = workers.map((isolate) => new MemoryHeap(engine, isolate))
  const numbered = heaps.map((heap) => ({ heap, threadId: threadIdOf(heap) }))
  for (const { heap, threadId } of numbered.sort((a, b) => a.threadId - b.threadId)) {
    parts.push(partOf(readThread(heap, { threadId, descriptors, loop: null, nowMs }), threadId))
  }
  return { parts, unreadThreads: 0, ...told }
}

/** How many threads libuv's thread pool has; null if one of them has nothing to do, or it is not known. */
function busyPoolThreads(words: Words, statics: StaticAddresses): number | null {
  const [threads, idle] = [POOL_THREADS, IDLE_POOL_THREADS].map((name) => words.uint32(statics.get(name) ?? Number.NaN))
  return idle === 0 && threads !== undefined && threads > 0 ? threads : null
}

function whatIsMissing({ graph, alive, stack }: ReadThread): string | null {
  const isBlocked = stack !== null
  // Whether all of its body was sent.
  const isUnclear = graph.requests?.some(({ side, state }) => side === 'client' && state === 'ended') === true
  if (isUnclear) return 'its memory does not tell how much of a request was sent'
  const isTold = alive !== null && !alive.areWorkersUnclear && alive.keptAlive.length > 0
  return isTold || isBlocked || isKeptAliveBy(graph) ? null : 'its memory does not tell what keeps it alive'
}

/** A thread that is in the middle of something counts as busy. */
function partOf({ graph, stack }: ReadThread, threadId: number): ThreadPart {
  const name = threadId === MAIN_THREAD ? 'main' : `worker ${threadId}`
  const state = stack === null ? 'answered' : 'busy'
  const thread: ThreadDump = { threadId, name, state, pauseMs: 0, stack: Object.freeze(stack ?? []) }
  return { graph, threads: [thread], tasks: null, ageMsOf: () => Number.NaN }
}

const MAIN_THREAD = 0

function withPause(part: ThreadPart, pauseMs: number, isBlocked: boolean): ThreadPart {
  const told = isBlocked ? { pauseMs } : { pauseMs, state: 'answered' as const, stack: Object.freeze([]) }
  return { ...part, threads: part.threads.map((thread) => Object.freeze({ ...thread, ...told })) }
}
