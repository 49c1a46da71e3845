import type { WaitGraph } from '../model/wait-graph.js'

/** The graph of one thread with ids that begin above `offset`, to stand beside those of others. */
export function renumbered(graph: WaitGraph, offset: number): WaitGraph {
  return {
    nodes: graph.nodes.map((node) => Object.freeze({ ...node, id: node.id + offset })),
    edges: graph.edges.map((edge) => Object.freeze({ ...edge, from: edge.from + offset, to: edge.to + offset })),
    cycles: graph.cycles.map((cycle) => Object.freeze(cycle.map((id) => id + offset))),
  }
}
