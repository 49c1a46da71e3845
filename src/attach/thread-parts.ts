import type { Frame } from '../model/frame.js'
import type { TaskDump, TaskInfo, ThreadDump } from '../model/task-dump.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { renumbered } from '../walk/renumbered.js'
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

/** The threads' parts as one graph, with ids of its own, and one dump. */
export function joinParts(
  pid: number,
  takenAtMs: number,
  parts: readonly ThreadPart[],
): { graph: WaitGraph; dump: TaskDump } {
  const nodes: WaitNode[] = []
  const edges: WaitEdge[] = []
  const cycles: (readonly number[])[] = []
  const tasks: TaskInfo[] = []
  let offset = 0
  for (const part of parts) {
    const own = renumbered(part.graph, offset)
    const firstId = offset
    offset = own.nodes.reduce((last, { id }) => Math.max(last, id), offset)
    nodes.push(...own.nodes)
    edges.push(...own.edges)
    cycles.push(...own.cycles)
    const ageMsOf = (node: WaitNode) => part.ageMsOf({ ...node, id: node.id - firstId })
    tasks.push(...(part.tasks ?? tasksOfGraph(own, takenAtMs, ageMsOf)))
  }
  const incomplete = parts.find((part) => part.graph.incomplete !== undefined)?.graph.incomplete
  const graph: WaitGraph = Object.freeze({
    nodes: Object.freeze(nodes),
    edges: Object.freeze(edges),
    cycles: Object.freeze(cycles),
    ...(incomplete === undefined ? null : { incomplete }),
  })
  const threads = Object.freeze(parts.flatMap((part) => part.threads))
  return { graph, dump: Object.freeze({ version: 1, pid, takenAtMs, threads, tasks: Object.freeze(tasks) }) }
}
