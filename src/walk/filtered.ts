import type { Frame } from '../model/frame.js'
import type { Leaf } from '../model/leaf.js'
import type { OpenRequest } from '../model/open-request.js'
import type { TaskDump } from '../model/task-dump.js'
import type { WaitGraph } from '../model/wait-graph.js'

/** The nodes that have a text in their label, frames or files, and all that they wait for or that waits for them. */
export function filterGraph(graph: WaitGraph, text: string): WaitGraph {
  const wanted = text.toLowerCase()
  const found = graph.nodes.filter(({ label, stack, leaf }) => has(wanted, label, stack, leaf)).map(({ id }) => id)
  const kept = new Set([...reached(graph, found, 'from', 'to'), ...reached(graph, found, 'to', 'from')])
  return Object.freeze({
    nodes: Object.freeze(graph.nodes.filter(({ id }) => kept.has(id))),
    edges: Object.freeze(graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to))),
    cycles: Object.freeze(graph.cycles.filter((cycle) => cycle.every((id) => kept.has(id)))),
    ...(graph.incomplete === undefined ? null : { incomplete: graph.incomplete }),
    ...(graph.requests && { requests: graph.requests.filter((request) => isRequestKept(request, wanted, kept)) }),
  })
}

function isRequestKept(request: OpenRequest, wanted: string, kept: ReadonlySet<number>): boolean {
  const { method, host, path, lastIn, nodeIds } = request
  const isNamed = has(wanted, `${method} ${host ?? ''}${path}`, lastIn === null ? [] : [lastIn], null)
  return isNamed || nodeIds.some((id) => kept.has(id))
}

/** The tasks that have a text in their name, frames or files, or in what they wait for. */
export function filterDump(dump: TaskDump, text: string): TaskDump {
  const wanted = text.toLowerCase()
  const tasks = dump.tasks.filter(({ task, functionExecuting, stack, currentFrame, waitingOn }) => {
    const frames = stack ?? (currentFrame === null ? [] : [currentFrame])
    return has(wanted, `${task.name}\n${functionExecuting}`, frames, waitingOn)
  })
  return Object.freeze({ ...dump, tasks: Object.freeze(tasks) })
}

function has(wanted: string, label: string, frames: readonly Frame[], leaf: Leaf | null): boolean {
  const texts = [label, leaf?.label ?? '', ...frames.flatMap(({ name, filename }) => [name, filename ?? ''])]
  return texts.some((each) => each.toLowerCase().includes(wanted))
}

function reached(graph: WaitGraph, starts: readonly number[], from: 'from' | 'to', to: 'from' | 'to'): Set<number> {
  const next = new Map<number, number[]>()
  for (const edge of graph.edges) {
    const known = next.get(edge[from])
    if (known === undefined) next.set(edge[from], [edge[to]])
    else known.push(edge[to])
  }
  const seen = new Set(starts)
  for (const id of seen) for (const target of next.get(id) ?? []) seen.add(target)
  return seen
}
