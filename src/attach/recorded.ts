import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import type { Target } from './target.js'

/** What a process that loaded async-trace tells by itself. */
export interface Recorded {
  readonly graph: WaitGraph
  readonly dump: TaskDump
}

const INSTANCE = "globalThis[Symbol.for('async-trace.instance')]"

/**
 * Asks the copy of async-trace in the process, whatever its version; null where there is none, where it is switched
 * off, or where it cannot answer.
 */
export async function askRecorder(target: Target, threads: boolean, timeoutMs: number): Promise<Recorded | null> {
  const isThere = await target.valueOf<boolean>(
    `typeof ${INSTANCE}?.captureWaitGraph === 'function' && typeof ${INSTANCE}.getTasks === 'function' && ${INSTANCE}.isOn()`,
  )
  if (!isThere) return null
  // As text: the protocol turns what JSON has no word for into other things.
  const options = JSON.stringify({ threads, includeStacks: true, timeoutMs })
  const graph = await target.awaitedJson<WaitGraph>(`${INSTANCE}.captureWaitGraph(${JSON.stringify({ threads })})`)
  const dump = await target.awaitedJson<TaskDump>(`${INSTANCE}.getTasks(${options})`)
  return { graph, dump }
}
