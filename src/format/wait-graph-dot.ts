import type { LeafKind } from '../model/leaf.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { frameText, type Paths } from './frame-text.js'
import { printable } from './printable.js'
import { nodeText } from './wait-graph-names.js'
import { deadlockEdges, deadlocksOfNodes } from './wait-graph-order.js'

const SHAPES: Partial<Record<LeafKind, string>> = { task: 'box', promise: 'ellipse', timer: 'hexagon' }

/** A directed graph in Graphviz' language, from waiters to what they wait for; deadlocks are red. */
export function waitGraphDot(graph: WaitGraph, paths: Paths): string {
  const deadlocks = deadlocksOfNodes(graph)
  const isDeadlockEdge = deadlockEdges(graph)
  const lines = ['digraph waits {', '  rankdir=LR', '  node [fontname="monospace", fontsize=10, shape=component]']
  lines.push('  edge [fontname="monospace", fontsize=9]')
  if (graph.incomplete !== undefined) {
    lines.unshift(`// ${printable(graph.incomplete)}`)
    lines.push(`  label=${quoted([graph.incomplete])}`, '  labelloc=b', '  fontname="monospace"', '  fontsize=10')
  }
  for (const node of graph.nodes) {
    const red = deadlocks.has(node.id) ? ', color=red, penwidth=2' : ''
    const shape = SHAPES[node.kind]
    lines.push(`  n${node.id} [label=${quoted(labelLines(node, paths))}${shape ? `, shape=${shape}` : ''}${red}]`)
  }
  for (const edge of graph.edges) {
    const attributes = [
      ...(!edge.via ? [] : [`label=${quoted([edge.via])}`]),
      ...(isDeadlockEdge(edge) ? ['color=red', 'penwidth=2'] : []),
    ]
    lines.push(`  n${edge.from} -> n${edge.to}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`)
  }
  return [...lines, '}'].join('\n')
}

function labelLines(node: WaitNode, paths: Paths): string[] {
  return [nodeText(node), ...node.stack.map((frame) => frameText(frame, paths)).reverse()]
}

/** A quoted string of DOT: backslashes, quotes and `&` (of HTML entities) escaped, lines to the left. */
function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => printable(line).replace(/[\\"]/g, '\\$&').replaceAll('&', '&amp;'))
  return escaped.length === 1 ? `"${escaped[0]}"` : `"${escaped.join('\\l')}\\l"`
}
