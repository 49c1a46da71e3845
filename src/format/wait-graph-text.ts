import type { WaitGraph } from '../model/wait-graph.js'
import type { Paths } from './frame-text.js'
import { jsonText } from './json-text.js'
import { waitGraphDot } from './wait-graph-dot.js'
import { waitGraphMermaid } from './wait-graph-mermaid.js'
import { waitGraphTable } from './wait-graph-table.js'
import { type NamedThread, waitGraphTree } from './wait-graph-tree.js'

export const WAIT_GRAPH_FORMATS = ['tree', 'table', 'dot', 'mermaid', 'json'] as const
export type WaitGraphFormat = (typeof WAIT_GRAPH_FORMATS)[number]

/** The version of the JSON text of a wait graph. */
const VERSION = 1

/** What a tree can be told besides. */
export interface TreeOptions {
  /** The threads that were asked, also those of which nothing waits: they are named. */
  readonly threads?: readonly NamedThread[]
  /** Nodes that are alike have a line each, instead of one with their number. */
  readonly all?: boolean
  /** The graph that the conclusions are drawn from. Default: the same. */
  readonly conclusions?: WaitGraph
}

/** A wait graph as text, without a line break at the end. */
export function waitGraphText(
  graph: WaitGraph,
  format: WaitGraphFormat,
  paths: Paths = 'relative',
  { threads = [], all = false, conclusions = graph }: TreeOptions = {},
): string {
  switch (format) {
    case 'tree':
      return waitGraphTree(graph, paths, threads, { all, conclusions })
    case 'table':
      return waitGraphTable(graph, paths)
    case 'dot':
      return waitGraphDot(graph, paths)
    case 'mermaid':
      return waitGraphMermaid(graph, paths)
    case 'json':
      return jsonText({ version: VERSION, ...graph })
  }
}
