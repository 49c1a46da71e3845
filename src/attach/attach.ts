import type { TaskDump, ThreadDump } from '../model/task-dump.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { type Busy, busyWith } from './busy.js'
import { checkCost } from './cost.js'
import { type Inspector, openInspector } from './inspector.js'
import { type KeptAlive, keptAlive } from './kept-alive.js'
import { commandOf, factsOf, type ProcessFacts } from './process-facts.js'
import { askRecorder, isRecorded, type Recorded } from './recorded.js'
import { Refusal } from './refusal.js'
import { GET_BUILTIN, Target } from './target.js'
import { captureThread } from './thread-capture.js'
import { busyPart, joinParts, type ThreadPart } from './thread-parts.js'
import { Turn } from './turn.js'
import { countWorkers, openWorkers, type WorkerSession } from './worker-sessions.js'

export interface AttachOptions {
  /** How long one answer of the process may take. */
  readonly timeoutMs: number
  /** Go on where a heap snapshot would cost much. */
  readonly force: boolean
  /** Read the heap also where async-trace runs in the process. */
  readonly heap: boolean
  /** Also worker threads. */
  readonly threads: boolean
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
  /** True where async-trace runs in the process and answered; false where its heap was read. */
  readonly isRecorded: boolean
  /** How many worker threads there are that were not asked. */
  readonly unaskedThreads: number
  /** Where no async function of the main thread is suspended: what keeps its event loop from ending all the same. */
  readonly keptAlive: readonly KeptAlive[]
  readonly graph: WaitGraph
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
  const facts = factsOf(pid)
  const turn = new Turn(facts.pid, options.timeoutMs, options.onProgress)
  await turn.take()
  try {
    options.onProgress(`attaching to process ${pid}`)
    const inspector = await openInspector(facts, options.timeoutMs)
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

const LEAVE_MS = 5_000

class Attached implements AttachedProcess {
  readonly facts: ProcessFacts
  readonly target: Target
  readonly #inspector: Inspector
  readonly #turn: Turn
  readonly #options: AttachOptions
  #workers: Promise<readonly WorkerSession[]> | null = null
  #countedWorkers: Promise<number> | null = null
  /** When a task was first seen, by its identity in its thread. */
  readonly #firstSeenMs = new Map<string, number>()
  #captures = 0

  constructor(facts: ProcessFacts, inspector: Inspector, turn: Turn, options: AttachOptions) {
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
    if (!wantsThreads) {
      unaskedThreads = await this.#countWorkers()
    } else {
      this.#workers ??= openWorkers(this.#inspector.session, timeoutMs)
      for (const worker of await this.#workers) {
        const part = await this.#askWorker(worker, takenAtMs)
        if (part !== null) parts.push(part)
      }
    }
    const [answered] = main.threads
    // Once: it costs the process a collection of its heap.
    const isIdle = this.#captures === 0 && main.graph.nodes.length === 0 && answered?.state === 'answered'
    this.#captures++
    const alive = isIdle ? await keptAlive(target, (await this.#countWorkers()) > 0) : []
    if (isIdle) await target.release()
    const about = {
      pid: facts.pid,
      command: commandOf(facts),
      cwd: facts.cwd,
      isRecorded: main.isRecorded,
      unaskedThreads,
      keptAlive: alive,
    }
    return { ...about, ...joinParts(facts.innerPid, takenAtMs, parts) }
  }

  #countWorkers(): Promise<number> {
    this.#countedWorkers ??= countWorkers(this.#inspector.session)
    return this.#countedWorkers
  }

  async leave(): Promise<void> {
    // With the conversation V8 drops what it held and the numbers it gave to objects, in the workers too: asking for
    // each would wait for busy threads.
    if (!(await this.#inspector.leave())) {
      this.#options.onNotice(`process ${this.facts.pid} is busy: it closes its inspector when it is free`)
    }
  }

  async #askWorker({ session, threadId, name }: WorkerSession, takenAtMs: number): Promise<ThreadPart | null> {
    try {
      this.#options.onProgress(`asking thread ${threadId}`)
      return await this.#ask(new Target(session), threadId, name, takenAtMs)
    } catch (error) {
      // It has ended meanwhile, or does not answer: the others still tell of themselves.
      if (error instanceof Refusal && error.reason === 'too-costly') throw error
      return error instanceof Refusal && error.reason === 'no-answer' ? busyPart(threadId, name, []) : null
    }
  }

  /** What a thread is busy with; else what its recorder tells; else what its heap tells. */
  async #ask(
    target: Target,
    threadId: number,
    name: string,
    takenAtMs: number,
  ): Promise<ThreadPart & { isRecorded: boolean }> {
    const busy = await busyWith(target, () => target.handleOf(GET_BUILTIN))
    if (busy !== null) return { ...(await this.#askBusy(target, threadId, name, busy, takenAtMs)), isRecorded: false }
    const recorded = (await isRecorded(target)) ? await this.#askRecorder(target) : null
    if (recorded !== null) {
      const { graph, dump } = recorded
      return { graph, threads: dump.threads, tasks: dump.tasks, ageMsOf: () => Number.NaN, isRecorded: true }
    }
    return { ...(await this.#readHeap(target, threadId, name, takenAtMs)), isRecorded: false }
  }

  /** The records, with what the heap knows besides where that is wanted; null where the answer is of another version. */
  async #askRecorder(target: Target): Promise<Recorded | null> {
    const { heap, force, onProgress } = this.#options
    if (heap) {
      const { heapBytes } = await checkCost(target, force)
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
    const { force, timeoutMs, onProgress } = this.#options
    const { heapBytes } = await checkCost(target, force)
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
