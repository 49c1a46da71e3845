import type { ProcessCapture } from '../attach/attach.js'
import { grouped } from '../format/grouped.js'
import type { LostFunctions } from '../model/lost-function.js'
import type { OpenRequest } from '../model/open-request.js'

/** The answer of a process, with the functions that its memory had. @param found in memory, before the process was asked. */
export function withLost(capture: ProcessCapture, found: readonly LostFunctions[]): ProcessCapture {
  const { graph, dump } = capture
  const told = graph.lost ?? []
  // The recorder has noticed what V8 collected while it was asked.
  const names = new Set(told.map(functionOf))
  const more = found.filter((each) => !names.has(functionOf(each)))
  if (more.length === 0) return capture
  const lost = [...told, ...more]
  return { ...capture, graph: { ...graph, lost }, dump: { ...dump, lost } }
}

function functionOf({ stack: [innermost] }: LostFunctions): string {
  return `${innermost?.name} ${innermost?.filename}`
}

/**
 * With the requests that a pool of undici keeps until a connection is free: from the sockets of a process no way leads to them.
 *
 * @param inMemory what was found there, before the process was asked.
 */
export function withQueued(capture: ProcessCapture, inMemory: readonly OpenRequest[]): ProcessCapture {
  const { graph } = capture
  // Else the queue may have been empty again when the process answered.
  if (!graph.nodes.some(({ leaf }) => leaf?.use?.package === 'undici')) return capture
  const told = graph.requests ?? []
  const queued = inMemory.filter(({ side, state }) => side === 'client' && state === 'queued')
  const toldOf = grouped(told, destinationOf)
  // One that has begun meanwhile is told of as such.
  const more = [...grouped(queued, destinationOf)].flatMap(([destination, alike]) =>
    alike.slice(toldOf.get(destination)?.length ?? 0),
  )
  if (more.length === 0) return capture
  // The nodes of the other graph have other numbers.
  const requests = [...told, ...more.map((request) => ({ ...request, nodeIds: [] }))]
  return { ...capture, graph: { ...graph, requests } }
}

function destinationOf({ side, method, host, path, threadId }: OpenRequest): string {
  return JSON.stringify([side, method, host, path, threadId])
}
