/**
 * The thread that an inspector's title names. Source: Node 20 to 26; the number of the thread stands in the title
 * only, `workerId` is another on 24 and 26.
 */
export function workerOfTitle(title: string, workerId: string): { threadId: number; name: string } {
  const threadId = Number(/\d+/.exec(title)?.[0] ?? workerId)
  const name = /^\[worker \d+\]\s*(.+)$/.exec(title)?.[1] ?? ''
  // Unnamed workers are called `WorkerThread` from Node 24 on.
  const isNamed = name !== '' && name !== 'WorkerThread'
  return { threadId, name: isNamed ? name : `worker ${threadId}` }
}

/** The name of this package's own worker thread, which dumps leave out. */
export const WATCHDOG_NAME = 'async-trace watchdog'

export function isWatchdogTitle(title: string): boolean {
  return workerOfTitle(title, '0').name === WATCHDOG_NAME
}
