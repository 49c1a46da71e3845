import { setTimeout as sleep } from 'node:timers/promises'
import { isWatchdogTitle, workerOfTitle } from '../engine/worker-title.js'
import { type DevToolsSession, MessageSession } from './devtools-session.js'
import { Refusal } from './refusal.js'

/** A worker thread of the process, and a conversation with it. */
export interface WorkerSession {
  readonly threadId: number
  readonly name: string
  readonly session: DevToolsSession
}

/** A worker thread that has not ended, as the thread that made it knows it. */
export interface LiveWorker {
  readonly threadId: number
  readonly name: string | null
}

interface Attached {
  readonly sessionId: string
  readonly workerInfo: { readonly workerId: string; readonly title: string; readonly url: string }
}

/** The announcements of the workers come with the answer; those of nested ones a little later. */
const SETTLE_MS = 50

/**
 * A conversation with every worker thread. V8's inspector lists a worker once it has begun: those that are still
 * starting come later. Source: the NodeWorker domain of Node's own protocol, Node 20 to 26.
 */
export class WorkerSessions {
  readonly #open = new Map<string, { readonly worker: WorkerSession; readonly session: MessageSession }>()
  readonly #ended = new Set<number>()

  private constructor(main: DevToolsSession, timeoutMs: number) {
    main.on('NodeWorker.attachedToWorker', ({ sessionId, workerInfo }: Attached) => {
      if (isWatchdogTitle(workerInfo.title)) return
      const send = (message: string) => {
        main.call('NodeWorker.sendMessageToWorker', { sessionId, message }).catch((error: Error) => session.end(error))
      }
      const session = new MessageSession(send, timeoutMs)
      const worker = { ...workerOfTitle(workerInfo.title, workerInfo.workerId), session }
      this.#open.set(sessionId, { worker, session })
    })
    main.on(
      'NodeWorker.receivedMessageFromWorker',
      ({ sessionId, message }: { sessionId: string; message: string }) => {
        this.#open.get(sessionId)?.session.receive(message)
      },
    )
    main.on('NodeWorker.detachedFromWorker', ({ sessionId }: { sessionId: string }) => {
      const ended = this.#open.get(sessionId)
      if (ended === undefined) return
      this.#open.delete(sessionId)
      this.#ended.add(ended.worker.threadId)
      ended.session.end(new Refusal('gone', 'the worker has ended'))
    })
  }

  static async open(main: DevToolsSession, timeoutMs: number): Promise<WorkerSessions> {
    const sessions = new WorkerSessions(main, timeoutMs)
    await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false })
    await sleep(SETTLE_MS)
    return sessions
  }

  /** In the order of their numbers. */
  list(): readonly WorkerSession[] {
    return [...this.#open.values()].map(({ worker }) => worker).sort((a, b) => a.threadId - b.threadId)
  }

  hasEnded(threadId: number): boolean {
    return this.#ended.has(threadId)
  }
}

/** How many worker threads there are, without a word to them. */
export async function countWorkers(main: DevToolsSession): Promise<number> {
  let count = 0
  const stop = main.on('NodeWorker.attachedToWorker', ({ workerInfo }: Attached) => {
    if (!isWatchdogTitle(workerInfo.title)) count++
  })
  try {
    await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false })
    await main.call('NodeWorker.disable')
  } finally {
    stop()
  }
  return count
}
