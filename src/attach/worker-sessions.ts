import { setTimeout as sleep } from 'node:timers/promises'
import { workerOfTitle } from '../engine/worker-title.js'
import { type DevToolsSession, MessageSession } from './devtools-session.js'

/** A worker thread of the process, and a conversation with it. */
export interface WorkerSession {
  readonly threadId: number
  readonly name: string
  readonly session: DevToolsSession
}

interface Attached {
  readonly sessionId: string
  readonly workerInfo: { readonly workerId: string; readonly title: string; readonly url: string }
}

/** The announcements of the workers come with the answer; those of nested ones a little later. */
const SETTLE_MS = 50

/**
 * Opens a conversation with every worker thread. Source: the NodeWorker domain of Node's own protocol, Node 20 to 26.
 */
export async function openWorkers(main: DevToolsSession, timeoutMs: number): Promise<readonly WorkerSession[]> {
  const sessions = new Map<string, MessageSession>()
  const workers: WorkerSession[] = []
  main.on('NodeWorker.attachedToWorker', ({ sessionId, workerInfo }: Attached) => {
    const send = (message: string) => {
      main.call('NodeWorker.sendMessageToWorker', { sessionId, message }).catch((error: Error) => session.end(error))
    }
    const session = new MessageSession(send, timeoutMs)
    sessions.set(sessionId, session)
    workers.push({ ...workerOfTitle(workerInfo.title, workerInfo.workerId), session })
  })
  main.on('NodeWorker.receivedMessageFromWorker', ({ sessionId, message }: { sessionId: string; message: string }) => {
    sessions.get(sessionId)?.receive(message)
  })
  main.on('NodeWorker.detachedFromWorker', ({ sessionId }: { sessionId: string }) => {
    sessions.get(sessionId)?.end(new Error('the worker has ended'))
  })
  await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false })
  await sleep(SETTLE_MS)
  return workers.sort((a, b) => a.threadId - b.threadId)
}

/** How many worker threads there are, without a word to them. */
export async function countWorkers(main: DevToolsSession): Promise<number> {
  let count = 0
  const stop = main.on('NodeWorker.attachedToWorker', () => {
    count++
  })
  try {
    await main.call('NodeWorker.enable', { waitForDebuggerOnStart: false })
    await main.call('NodeWorker.disable')
  } finally {
    stop()
  }
  return count
}
