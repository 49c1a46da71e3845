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

/** Whether a copy of async-trace records in a thread. */
export function isRecorded(target: Target): Promise<boolean> {
  return target.valueOf<boolean>(`typeof ${INSTANCE}?.readMoment === 'function' && ${INSTANCE}.isOn()`)
}

/**
 * What a thread recorded, and what its heap tells of the rest: graph and dump of one moment.
 *
 * @param heap read the heap as well, for what no event tells; else only where that costs little.
 * @returns null where the answer is no dump.
 */
export async function askRecorder(target: Target, heap: boolean): Promise<Recorded | null> {
  // Each thread is asked by itself, as it may not be the same copy that records there.
  const text = await target.valueOf<string>(`((instance) => {
    const moment = instance.readMoment(${heap ? 'true' : ''})
    const graph = instance.waitGraph(moment)
    return JSON.stringify({ graph, dump: instance.dumpTasks(true, moment) })
  })(${INSTANCE})`)
  // What it calls an option of its functions is one of the command's.
  const { graph, dump } = JSON.parse(text.replaceAll('{ heap: true }', '--heap')) as Record<keyof Recorded, unknown>
  return isWaitGraph(graph) && isTaskDump(dump) ? { graph, dump } : null
}
