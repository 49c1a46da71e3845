import { isTaskDump, isWaitGraph } from '../model/sound-dump.js'
import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import type { Target } from './target.js'

/** What a thread that loaded async-trace tells by itself. */
export interface Recorded {
  readonly graph: WaitGraph
  readonly dump: TaskDump
}

const INSTANCE = "globalThis[Symbol.for('async-trace.instance')]"

/**
 * Asks the copy of async-trace in a thread, whatever its version; null where there is none, where it is switched
 * off, or where it cannot answer, or answers what no dump is.
 */
export async function askRecorder(target: Target): Promise<Recorded | null> {
  const isThere = await target.valueOf<boolean>(
    `typeof ${INSTANCE}?.captureWaitGraph === 'function' && typeof ${INSTANCE}.getTasks === 'function' && ${INSTANCE}.isOn()`,
  )
  if (!isThere) return null
  // Each thread is asked by itself, as it may not be the same copy that records there.
  const graph = await target.awaitedJson<WaitGraph>(`${INSTANCE}.captureWaitGraph({ threads: false })`)
  const dump = await target.awaitedJson<TaskDump>(`${INSTANCE}.getTasks({ includeStacks: true, threads: false })`)
  return isWaitGraph(graph) && isTaskDump(dump) ? { graph, dump } : null
}
