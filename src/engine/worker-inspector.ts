import type { Session } from 'node:inspector'
import { isWatchdogTitle, workerOfTitle } from './worker-title.js'

/** A worker thread that can be asked. */
export interface InspectedWorker {
  readonly threadId: number
  readonly name: string
  /** @param answer with the value, or null where there was none. */
  ask(expression: string, answer: (value: unknown) => void): void
}

interface Attached {
  readonly sessionId: string
  readonly workerInfo: { readonly workerId: string; readonly title: string }
}

interface Notified<T> {
  readonly params: T
}

type Listen = (event: string, listener: (message: Notified<never>) => void) => void

/** An open way to all worker threads. Until it is closed, it holds up the exit of the process. */
export interface WorkerInspection {
  /** Handles what the workers have said since. */
  poll(): void
  close(): void
}

/**
 * Reaches every worker thread from the main one through V8's inspector: also one whose event loop does not turn,
 * where it runs JavaScript or `Atomics.wait` (Node 20 to 26). No debugger is enabled.
 *
 * What a worker says interrupts the main thread wherever it is, amid Node's own code as well: a timer set at such a
 * moment can break the list of timers, and none of that delay ever fires again. So it is only kept until `poll`.
 *
 * @param onWorker is called at once for each worker there is.
 */
export function inspectWorkers(
  onWorker: (worker: InspectedWorker) => void,
  onEnd: (threadId: number) => void,
): WorkerInspection {
  const inspector = process.getBuiltinModule('node:inspector')
  const session: Session = new inspector.Session()
  const waiting = new Map<string, (value: unknown) => void>()
  const threadOf = new Map<string, number>()
  const listen = session.on.bind(session) as unknown as Listen
  let lastId = 0
  let said: (() => void)[] = []
  let isOpening = true

  const attached = ({ sessionId, workerInfo }: Attached) => {
    if (isWatchdogTitle(workerInfo.title)) return
    const { threadId, name } = workerOfTitle(workerInfo.title, workerInfo.workerId)
    threadOf.set(sessionId, threadId)
    const ask: InspectedWorker['ask'] = (expression, answer) => {
      const id = ++lastId
      waiting.set(`${sessionId} ${id}`, answer)
      const params = { expression, returnByValue: true, silent: true }
      const message = JSON.stringify({ id, method: 'Runtime.evaluate', params })
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, (error) => {
        if (error !== null) answer(null)
      })
    }
    onWorker({ threadId, name, ask })
  }
  const answered = (params: { readonly sessionId: string; readonly message: string }) => {
    const { id, result } = JSON.parse(params.message)
    const key = `${params.sessionId} ${id}`
    const answer = waiting.get(key)
    waiting.delete(key)
    answer?.(result?.exceptionDetails === undefined ? (result?.result?.value ?? null) : null)
  }
  const detached = ({ sessionId }: { readonly sessionId: string }) => {
    const threadId = threadOf.get(sessionId)
    if (threadId !== undefined) onEnd(threadId)
  }

  session.connect()
  listen('NodeWorker.attachedToWorker', ({ params }: Notified<Attached>) => {
    if (isOpening) attached(params)
    else said.push(() => attached(params))
  })
  listen('NodeWorker.receivedMessageFromWorker', ({ params }: Notified<{ sessionId: string; message: string }>) => {
    said.push(() => answered(params))
  })
  listen('NodeWorker.detachedFromWorker', ({ params }: Notified<{ sessionId: string }>) => {
    said.push(() => detached(params))
  })
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  isOpening = false
  const poll = () => {
    const batch = said
    said = []
    for (const handle of batch) handle()
  }
  return { poll, close: () => session.disconnect() }
}
