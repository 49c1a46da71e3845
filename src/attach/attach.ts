import { setTimeout as sleep } from 'node:timers/promises'
import type { KeptAlive } from '../model/kept-alive.js'
import type { TaskDump, ThreadDump } from '../model/task-dump.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { poolThreadsOf } from '../walk/thread-pool.js'
import { type AskingTurn, Turn } from './asking-turn.js'
import { type Busy, busyWith } from './busy.js'
import { checkCost } from './cost.js'
import { processAbout } from './in-target.js'
import { type Inspector, openInspector } from './inspector.js'
import { openAddress } from './inspector-address.js'
import { liveWorkers } from './live-workers.js'
import { doesCompute } from './main-loop.js'
import { commandOf, factsOf, type ProcessFacts } from './process-facts.js'
import { askKeptAlive, askRecorder, isRecorded, type Recorded } from './recorded.js'
import { Refusal } from './refusal.js'
import type { SnapshotLimit } from './snapshot-limit.js'
import { GET_BUILTIN, Target } from './target.js'
import { keptAlive } from './target-kept-alive.js'
import { captureThread } from './thread-capture.js'
import { busyPart, joinParts, type ThreadPart } from './thread-parts.js'
import { waitsForWorkers } from './waits-for-workers.js'
import { countWorkers, type LiveWorker, type WorkerSession, WorkerSessions } from './worker-sessions.js'

export interface AttachOptions extends SnapshotLimit {
  /** How long one answer of the process may take. */
  readonly timeoutMs: number
  /** Read the heap also where async-trace runs in the process. */
  readonly heap: boolean
  /** Also worker threads. */
  readonly threads: boolean
  /** Else a main thread that is blocked in native code is a reason to refuse. */
  readonly waitsForBlocked: boolean
  /** Between captures other commands may ask the process. */
  readonly letsOthersAsk: boolean
  /** Told what is being done, for a person who waits. */
  readonly onProgress: (step: string) => void
  /** Told what a person should know of afterwards. */
  readonly onNotice: (notice: string) => void
}

/** What a process tells of its pending work. */
export interface ProcessCapture {
  /** `NaN` (null in JSON) of a heap snapshot file. */
  readonly pid: number
  /** The command line of the process, or the path of the file. */
  readonly command: string
  /** The working directory of the process; empty where it is not known. */
  readonly cwd: string
  /** Without a `v`; null where it is not known: memory and files do not tell it. */
  readonly nodeVersion: string | null
  /** True where async-trace runs in the process and answered; false where its heap was read. */
  readonly isRecorded: boolean
  /** How many worker threads there are that were not asked. */
  readonly unaskedThreads: number
  /** If nothing that the main thread's functions wait for keeps its event loop from ending: what does. */
  readonly keptAlive: readonly KeptAlive[]
  readonly graph: WaitGraph
  /** What the conclusions are drawn from instead: the memory of a recorded process whose heap was not read by itself. */
  readonly conclusions?: WaitGraph
  readonly dump: TaskDump
}

/** A conversation with a process, for one capture or many. */
export interface AttachedProcess {
  readonly facts: ProcessFacts
  /** @throws {Refusal} */
  capture(): Promise<ProcessCapture>
  /** Evaluates in the main thread. */
  readonly target: Target
}

/**
 * Opens the inspector of a process, gives it to `ask`, and leaves the process as it was whatever happens.
 *
 * @throws {Refusal} that says what is in the way.
 */
export async function attach<T>(
  pid: number,
  options: AttachOptions,
  ask: (attached: AttachedProcess) => Promise<T>,
): Promise<T> {
  const known = factsOf(pid)
  const turn = new Turn(pid, options.timeoutMs, options.onProgress)
  await turn.take()
  try {
    options.onProgress(`attaching to process ${pid}`)
    const inspector = await openInspector(known, options)
    // Windows does not tell it.
    const facts = known.cwd === '' ? { ...known, cwd: await workingFolderOf(inspector) } : known
    const process = new Attached(facts, inspector, turn, options)
    try {
      return await ask(process)
    } finally {
      // Where another asks just now, it is not to find the inspector closed.
      await turn.take(LEAVE_MS).catch(() => undefined)
      await process.leave()
    }
  } finally {
    turn.end()
  }
}

async function workingFolderOf({ session }: Inspector): Promise<string> {
  const target = new Target(session)
  const { cwd } = await target.runForValue<{ cwd: string }>(await target.handleOf(GET_BUILTIN), processAbout)
  return cwd
}

/**
 * The same over an inspector that is open at an address. Commands on other machines are not seen: each may ask at any time.
 *
 * @throws {Refusal} that says what is in the way.
 */
export async function attachAt<T>(
  address: string,
  options: AttachOptions,
  ask: (attached: AttachedProcess) => Promise<T>,
): Promise<T> {
  options.onProgress(`connecting to ${address}`)
  const { facts, inspector } = await openAddress(address, options.timeoutMs)
  const process = new Attached(facts, inspector, { take: async () => {}, end() {} }, options)
  try {
    return await ask(process)
  } finally {
    await process.leave()
  }
}

const LEAVE_MS = 5_000
/** A worker may take that long from `new Worker` until V8's inspector lists it. */
const START_MS = 2_000
const POLL_MS = 20
const NOT_STARTED = 'It has only just been started: its tasks cannot be read yet.'

interface AskedPart extends ThreadPart {
  /** By async-trace, which runs in the thread. */
  readonly isRecorded: boolean
  readonly isHeapRead: boolean
}

class Attached implements AttachedProcess {
  readonly facts: ProcessFacts
  readonly target: Target
  readonly #inspector: Inspector
  readonly #turn: AskingTurn
  readonly #options: AttachOptions
  #workers: Promise<WorkerSessions> | null = null
  #countedWorkers: Promise<number> | null = null
  /** When a task was first seen, by its identity in its thread. */
  readonly #firstSeenMs = new Map<string, number>()
  #captures = 0

  constructor(facts: ProcessFacts, inspector: Inspector, turn: AskingTurn, options: AttachOptions) {
    this.facts = facts
    this.target = new Target(inspector.session)
    this.#inspector = inspector
    this.#turn = turn
    this.#options = options
  }

  async capture(): Promise<ProcessCapture> {
    await this.#turn.take()
    try {
      return await this.#capture()
    } finally {
      if (this.#options.letsOthersAsk) this.#turn.end()
    }
  }

  async #capture(): Promise<ProcessCapture> {
    const { facts, target } = this
    const { threads: wantsThreads, timeoutMs, onProgress } = this.#options
    const takenAtMs = Date.now()
    onProgress('asking what it is doing')
    const main = await this.#ask(target, 0, 'main', takenAtMs)
    const parts: ThreadPart[] = [main]
    let unaskedThreads = 0
    const workers = wantsThreads ? 0 : await this.#countWorkers()
    if (!wantsThreads && !waitsForWorkers(main.graph, workers, main.isRecorded)) {
      unaskedThreads = workers
    } else {
      this.#workers ??= WorkerSessions.open(this.#inspector.session, timeoutMs)
      parts.push(...(await this.#askWorkers(await this.#workers, main, takenAtMs)))
    }
    const [answered] = main.threads
    // Once: it costs the process a collection of its heap.
    const isFirst = this.#captures === 0 && answered?.state === 'answered'
    this.#captures++
    const alive = isFirst ? await this.#keptAlive(main.isRecorded) : []
    const about = {
      pid: facts.pid,
      command: commandOf(facts),
      cwd: facts.cwd,
      nodeVersion: answered?.state === 'answered' ? this.#inspector.nodeVersion : null,
      isRecorded: main.isRecorded,
      unaskedThreads,
      keptAlive: alive,
    }
    return { ...about, ...joinParts(facts.innerPid, takenAtMs, parts, await this.#poolThreads()) }
  }

  async #keptAlive(isRecorded: boolean): Promise<readonly KeptAlive[]> {
    const recorded = isRecorded ? await askKeptAlive(this.target) : null
    if (recorded !== null) return recorded
    const alive = await keptAlive(this.target, await this.#hasWorkers())
    await this.target.release()
    return alive
  }

  async #poolThreads(): Promise<number | null> {
    const names = ['UV_THREADPOOL_SIZE', 'UV_USE_IO_URING']
    const entries = names.map((name) => `${name}: process.env.${name}`).join(', ')
    return poolThreadsOf(await this.target.valueOf(`typeof process === 'object' ? { ${entries} } : {}`))
  }

  /** V8's inspector announces the workers once: while there are conversations with them, counting finds none. */
  async #hasWorkers(): Promise<boolean> {
    const count = this.#workers === null ? await this.#countWorkers() : (await this.#workers).list().length
    return count > 0
  }

  #countWorkers(): Promise<number> {
    this.#countedWorkers ??= countWorkers(this.#inspector.session)
    return this.#countedWorkers
  }

  async leave(): Promise<void> {
    // With the conversation V8 drops what it held and the numbers it gave to objects, in the workers too: asking for
    // each would wait for busy threads.
    if (!(await this.#inspector.leave())) {
      this.#options.onNotice(
        `the event loop of process ${this.facts.pid} does not turn: its inspector stays open on 127.0.0.1 until it does`,
      )
    }
  }

  /** Each worker gets its part: also one that does not answer, and one that V8's inspector does not list yet. */
  async #askWorkers(workers: WorkerSessions, main: AskedPart, takenAtMs: number): Promise<ThreadPart[]> {
    const parts = new Map<number, ThreadPart | null>()
    const expected = new Map<number, LiveWorker>()
    const expect = async (target: Target, part: AskedPart) => {
      for (const worker of await liveWorkers(target, part.isHeapRead)) expected.set(worker.threadId, worker)
    }
    await expect(this.target, main)
    const deadlineMs = performance.now() + Math.min(START_MS, this.#options.timeoutMs)
    for (;;) {
      const next = workers.list().find(({ threadId }) => !parts.has(threadId))
      if (next !== undefined) {
        const part = await this.#askWorker(next, takenAtMs)
        parts.set(next.threadId, part)
        if (part !== null) await expect(new Target(next.session), part)
        continue
      }
      const isAwaited = [...expected.keys()].some((id) => !parts.has(id) && !workers.hasEnded(id))
      if (!isAwaited || performance.now() > deadlineMs) break
      await sleep(POLL_MS)
    }
    for (const { threadId, name } of expected.values()) {
      if (parts.has(threadId) || workers.hasEnded(threadId)) continue
      parts.set(threadId, busyPart(threadId, name ?? `worker ${threadId}`, [], NOT_STARTED))
    }
    return [...parts].sort(([a], [b]) => a - b).flatMap(([, part]) => part ?? [])
  }

  /** @returns null if the worker has ended meanwhile. */
  async #askWorker({ session, threadId, name }: WorkerSession, takenAtMs: number): Promise<AskedPart | null> {
    try {
      this.#options.onProgress(`asking thread ${threadId}`)
      return await this.#ask(new Target(session), threadId, name, takenAtMs)
    } catch (error) {
      // One that nobody wanted to be asked is left out of it.
      if (error instanceof Refusal && error.reason === 'too-costly' && this.#options.threads) throw error
      if (error instanceof Refusal && error.reason === 'gone') return null
      // The others still tell of themselves.
      const isSilent = error instanceof Refusal && error.reason === 'no-answer'
      const why = isSilent
        ? undefined
        : `Its pending tasks were not read: ${error instanceof Error ? error.message : String(error)}`
      return { ...busyPart(threadId, name, [], why), isRecorded: false, isHeapRead: false }
    }
  }

  /** What a thread is busy with; else what its recorder tells; else what its heap tells. */
  async #ask(target: Target, threadId: number, name: string, takenAtMs: number): Promise<AskedPart> {
    // Of other threads that is not seen from outside.
    const mayCompute = async () => threadId === 0 && (await doesCompute(this.facts.pid))
    const busy = await busyWith(target, () => target.handleOf(GET_BUILTIN), mayCompute)
    if (busy !== null) {
      const part = await this.#askBusy(target, threadId, name, busy, takenAtMs)
      return { ...part, isRecorded: false, isHeapRead: busy.stack.length > 0 }
    }
    const recorded = (await isRecorded(target)) ? await this.#askRecorder(target) : null
    if (recorded !== null) {
      const { graph, dump } = recorded
      return {
        graph,
        threads: dump.threads,
        tasks: dump.tasks,
        ageMsOf: () => Number.NaN,
        isRecorded: true,
        isHeapRead: false,
      }
    }
    return { ...(await this.#readHeap(target, threadId, name, takenAtMs)), isRecorded: false, isHeapRead: true }
  }

  /** The records, with what the heap knows besides where that is wanted; null where the answer is of another version. */
  async #askRecorder(target: Target): Promise<Recorded | null> {
    const { heap, onProgress } = this.#options
    if (heap) {
      const { heapBytes } = await checkCost(target, this.#options)
      onProgress(`reading its records and ${Math.round(heapBytes / 1e6)} MB of heap`)
    }
    return askRecorder(target, heap)
  }

  /** The stack of a busy thread, and what its heap tells where it can be interrupted for that. */
  async #askBusy(
    target: Target,
    threadId: number,
    name: string,
    { stack }: Busy,
    takenAtMs: number,
  ): Promise<ThreadPart> {
    if (stack.length === 0) return busyPart(threadId, name, stack)
    try {
      const part = await this.#readHeap(target, threadId, name, takenAtMs, true)
      return { ...part, threads: part.threads.map((thread) => Object.freeze({ ...thread, state: 'busy', stack })) }
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason === 'gone') throw error
      // The stack is an answer by itself.
      return busyPart(threadId, name, stack, `Its pending tasks were not read: ${error.message}`)
    }
  }

  async #readHeap(
    target: Target,
    threadId: number,
    name: string,
    takenAtMs: number,
    isBusy = false,
  ): Promise<ThreadPart> {
    const { timeoutMs, onProgress } = this.#options
    const { heapBytes } = await checkCost(target, this.#options)
    onProgress(`reading ${Math.round(heapBytes / 1e6)} MB of heap${threadId === 0 ? '' : ` of thread ${threadId}`}`)
    const { graph, identities, pauseMs } = await captureThread(
      target,
      threadId,
      !this.#inspector.hasOthers(),
      timeoutMs,
      isBusy,
    )
    await target.release()
    const thread: ThreadDump = Object.freeze({ threadId, name, state: 'answered', pauseMs, stack: Object.freeze([]) })
    const isFirst = this.#captures === 0
    const ageMsOf = ({ id }: WaitNode): number => {
      const key = `${threadId} ${identities.get(id)}`
      const seenMs = this.#firstSeenMs.get(key) ?? takenAtMs
      this.#firstSeenMs.set(key, seenMs)
      // What the first capture found may be of any age.
      return isFirst ? Number.NaN : takenAtMs - seenMs
    }
    return { graph, threads: [thread], tasks: null, ageMsOf }
  }
}
