import { workerPrototype, workersAlive } from './in-target.js'
import { workersByRecords } from './recorded.js'
import { byHandle, GET_BUILTIN, type Target } from './target.js'
import type { LiveWorker } from './worker-sessions.js'

/** The `Worker` objects of a thread that have not ended. It costs the process a collection of its heap. */
export async function workersInHeap(target: Target, getBuiltin: string): Promise<ReturnType<typeof workersAlive>> {
  const prototype = await target.callForHandle(getBuiltin, workerPrototype, byHandle(getBuiltin))
  return target.callForValue(await target.objectsWithPrototype(prototype), workersAlive)
}

/**
 * The workers that a thread has made, whether V8's inspector lists them yet or not; none if that cannot be had.
 *
 * @param isHeapRead whether its heap is read anyway.
 */
export async function liveWorkers(target: Target, isHeapRead: boolean): Promise<readonly LiveWorker[]> {
  try {
    const recorded = await workersByRecords(target)
    if (recorded !== null || !isHeapRead) return recorded ?? []
    const found = await workersInHeap(target, await target.handleOf(GET_BUILTIN))
    return found.flatMap(({ threadId }) => (threadId === null ? [] : [{ threadId, name: null }]))
  } catch {
    // It is busy or has ended: its own line in the dump says so.
    return []
  }
}
