import type { WaitGraph } from '../model/wait-graph.js'
import { type Moment, readMoment } from './moment.js'

/** What waits for what in this thread. None of the program's code runs, and nothing of ours is listed. */
export function waitGraph({ graph, incomplete }: Moment = readMoment()): WaitGraph {
  return incomplete === null ? graph : Object.freeze({ ...graph, incomplete })
}
