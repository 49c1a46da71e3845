import type { LostFunctions } from '../model/lost-function.js'
import type { OpenRequest } from '../model/open-request.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'

/** The graphs of several threads as one. */
interface JoinedGraphs {
  readonly graph: WaitGraph
  /** Each with the ids that it has in the whole, and how much was added to its own. */
  readonly parts: readonly { readonly graph: WaitGraph; readonly offset: number }[]
}

/** Ids are unique in their graph only: those of each graph go on where those of the one before end. */
export function joinGraphs(graphs: readonly WaitGraph[]): JoinedGraphs {
  let last = 0
  const parts = graphs.map((own) => {
    const offset = last
    const graph = offset === 0 ? own : renumbered(own, offset)
    for (const { id } of graph.nodes) last = Math.max(last, id)
    return { graph, offset }
  })
  const incomplete = new Set(graphs.flatMap((graph) => graph.incomplete ?? []))
  const graph: WaitGraph = Object.freeze({
    nodes: Object.freeze(parts.flatMap((part) => part.graph.nodes)),
    edges: Object.freeze(parts.flatMap((part) => part.graph.edges)),
    cycles: Object.freeze(parts.flatMap((part) => part.graph.cycles)),
    ...(incomplete.size === 0 ? null : { incomplete: [...incomplete].join(' ') }),
    ...besidesOf(
      parts.flatMap((part) => part.graph.requests ?? []),
      graphs.flatMap((each) => each.lost ?? []),
    ),
  })
  return { graph, parts }
}

function renumbered(graph: WaitGraph, offset: number): WaitGraph {
  const idsOf = (ids: readonly number[]) => ids.map((id) => id + offset)
  const requests = graph.requests?.map((request) => ({ ...request, nodeIds: idsOf(request.nodeIds) }))
  return {
    nodes: graph.nodes.map((node) => Object.freeze({ ...renumberedHolders(node, idsOf), id: node.id + offset })),
    edges: graph.edges.map((edge) => Object.freeze({ ...edge, from: edge.from + offset, to: edge.to + offset })),
    cycles: graph.cycles.map((cycle) => Object.freeze(idsOf(cycle))),
    ...besidesOf(requests ?? [], graph.lost ?? []),
  }
}

function renumberedHolders(node: WaitNode, idsOf: (ids: readonly number[]) => number[]): WaitNode {
  const use = node.leaf?.use
  if (node.leaf == null || use === undefined) return node
  const holders = use.holders.map((holder) => ({ ...holder, nodeIds: idsOf(holder.nodeIds) }))
  return { ...node, leaf: { ...node.leaf, use: { ...use, holders } } }
}

/** What a graph tells besides its nodes; left out where there is none. */
function besidesOf(
  requests: readonly OpenRequest[],
  lost: readonly LostFunctions[],
): Pick<WaitGraph, 'requests' | 'lost'> {
  return { ...(requests.length > 0 && { requests }), ...(lost.length > 0 && { lost }) }
}
