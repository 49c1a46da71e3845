import type { KeptAlive } from '../model/kept-alive.js'
import { isKeptAliveList, isTaskDump, isWaitGraph } from '../model/sound-dump.js'
import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'
import type { Target } from './target.js'
import type { LiveWorker } from './worker-sessions.js'

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

/** What keeps the event loop of a thread alive, with what its recorder knows; null if it is of a version that cannot tell. */
export async function askKeptAlive(target: Target): Promise<readonly KeptAlive[] | null> {
  const text = await target.valueOf<string>(`JSON.stringify(${INSTANCE}.keptAlive?.() ?? null)`)
  const kept: unknown = JSON.parse(text)
  return isKeptAliveList(kept) ? kept : null
}

/** The workers that a thread which loaded async-trace has made; null if it records nothing, or is of another version. */
export async function workersByRecords(target: Target): Promise<readonly LiveWorker[] | null> {
  const text = await target.valueOf<string>(
    `JSON.stringify(${INSTANCE}?.isOn() ? ${INSTANCE}.ownWorkers?.() : null) ?? 'null'`,
  )
  const workers = JSON.parse(text) as readonly LiveWorker[] | null
  return Array.isArray(workers) ? workers.filter(({ threadId }) => Number.isSafeInteger(threadId)) : null
}

/** Those of some scripts that are of this package, as a process says in which it is loaded. */
export async function ownScriptsAmong(target: Target, scripts: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  if (scripts.size === 0) return scripts
  const all = [...scripts]
  const answers = all.map((script) => `${INSTANCE}?.isOwnScript?.(${JSON.stringify(script)}) === true`)
  const areOwn = await target.valueOf<boolean[]>(`[${answers.join()}]`)
  return new Set(all.filter((_, i) => areOwn[i]))
}
