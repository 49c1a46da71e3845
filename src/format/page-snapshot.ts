import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'

/** What the page shows at one time. */
export interface PageSnapshot {
  /** Milliseconds since the Unix epoch. */
  readonly takenAtMs: number
  readonly graph: WaitGraph
  /** Null where only the graph is known: its tasks are listed then. */
  readonly dump: TaskDump | null
}
