import type { Frame } from '../model/frame.js'
import type { TaskDump, TaskInfo, ThreadDump } from '../model/task-dump.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { joinGraphs } from '../walk/joined-graphs.js'
import { withFullThreadPool } from '../walk/thread-pool.js'
import { tasksOfGraph } from './tasks-of-graph.js'

/** What one thread has told. */
export interface ThreadPart {
  readonly graph: WaitGraph
  readonly threads: readonly ThreadDump[]
  /** Null where the graph is all that is known. */
  readonly tasks: readonly TaskInfo[] | null
  readonly ageMsOf: (node: WaitNode) => number
}

const NATIVE = 'Its pending tasks cannot be read while it is in native code.'

/** The part of a thread that does not come to its event loop, and of which no more than its stack is known. */
export function busyPart(
  threadId: number,
  name: string,
  stack: readonly Frame[],
  incomplete: string = NATIVE,
): ThreadPart {
  const about = { threadId, name, state: 'busy', pauseMs: null, incomplete } as const
  const thread: ThreadDump = Object.freeze({ ...about, stack: Object.freeze(stack) })
  const graph: WaitGraph = Object.freeze({ nodes: [], edges: [], cycles: [] })
  return { graph, threads: [thread], tasks: [], ageMsOf: () => Number.NaN }
}

/**
 * The threads' parts as one graph, with ids of its own, and one dump.
 *
 * @param poolThreads how many threads libuv's pool has; null if that is not known.
 */
export function joinParts(
  pid: number,
  takenAtMs: number,
  parts: readonly ThreadPart[],
  poolThreads: number | null,
): { graph: WaitGraph; dump: TaskDump } {
  const joined = joinGraphs(parts.map((part) => part.graph))
  const tasks = joined.parts.flatMap(({ graph, offset }, i) => {
    const part = parts[i] as ThreadPart
    const ageMsOf = (node: WaitNode) => part.ageMsOf({ ...node, id: node.id - offset })
    return part.tasks ?? tasksOfGraph(graph, takenAtMs, ageMsOf)
  })
  const threads = Object.freeze(parts.flatMap((part) => part.threads))
  const dump: TaskDump = Object.freeze({ version: 1, pid, takenAtMs, threads, tasks: Object.freeze(tasks) })
  return { graph: withFullThreadPool(joined.graph, poolThreads), dump }
}
