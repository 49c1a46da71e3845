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

/** Whether a copy of async-trace, of whatever version, records in a thread. */
export function isRecorded(target: Target): Promise<boolean> {
  return target.valueOf<boolean>(
    `typeof ${INSTANCE}?.captureWaitGraph === 'function' && typeof ${INSTANCE}.getTasks === 'function' && ${INSTANCE}.isOn()`,
  )
}

/**
 * @param heap read the heap as well, for what no event tells; else only where that costs little.
 * @returns null where the answer is no dump.
 */
export async function askRecorder(target: Target, heap: boolean): Promise<Recorded | null> {
  const more = heap ? ', heap: true' : ''
  // Each thread is asked by itself, as it may not be the same copy that records there.
  const graph = await target.awaitedJson<WaitGraph>(`${INSTANCE}.captureWaitGraph({ threads: false${more} })`)
  const dump = await target.awaitedJson<TaskDump>(
    `${INSTANCE}.getTasks({ includeStacks: true, threads: false${more} })`,
  )
  return isWaitGraph(graph) && isTaskDump(dump) ? { graph, dump } : null
}
