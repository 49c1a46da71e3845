import { threadId } from 'node:worker_threads'
import type { WaitGraph } from '../model/wait-graph.js'
import { collectedFunctions } from './collected-functions.js'
import { type Moment, readMoment } from './moment.js'
import { openRequests } from './open-requests.js'

/** What waits for what in this thread. None of the program's code runs, and nothing of ours is listed. */
export function waitGraph({ graph, incomplete }: Moment = readMoment()): WaitGraph {
  const requests = openRequests(threadId)
  const lost = collectedFunctions()
  if (incomplete === null && requests.length === 0 && lost.length === 0) return graph
  return Object.freeze({
    ...graph,
    ...(incomplete !== null && { incomplete }),
    ...(requests.length > 0 && { requests: Object.freeze(requests) }),
    ...(lost.length > 0 && { lost: Object.freeze(lost) }),
  })
}
