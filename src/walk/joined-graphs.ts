import type { WaitGraph } from '../model/wait-graph.js'

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
    const graph = renumbered(own, offset)
    for (const { id } of graph.nodes) last = Math.max(last, id)
    return { graph, offset }
  })
  const incomplete = new Set(graphs.flatMap((graph) => graph.incomplete ?? []))
  const graph: WaitGraph = Object.freeze({
    nodes: Object.freeze(parts.flatMap((part) => part.graph.nodes)),
    edges: Object.freeze(parts.flatMap((part) => part.graph.edges)),
    cycles: Object.freeze(parts.flatMap((part) => part.graph.cycles)),
    ...(incomplete.size === 0 ? null : { incomplete: [...incomplete].join(' ') }),
  })
  return { graph, parts }
}

function renumbered(graph: WaitGraph, offset: number): WaitGraph {
  return {
    nodes: graph.nodes.map((node) => Object.freeze({ ...node, id: node.id + offset })),
    edges: graph.edges.map((edge) => Object.freeze({ ...edge, from: edge.from + offset, to: edge.to + offset })),
    cycles: graph.cycles.map((cycle) => Object.freeze(cycle.map((id) => id + offset))),
  }
}
