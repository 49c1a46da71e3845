import type { LeafKind } from '../model/leaf.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { frameText, type Paths } from './frame-text.js'
import { printable } from './printable.js'
import { nodeText } from './wait-graph-names.js'
import { deadlockEdges, deadlocksOfNodes } from './wait-graph-order.js'

const BRACKETS: Partial<Record<LeafKind, readonly [string, string]>> = {
  task: ['["', '"]'],
  promise: ['(["', '"])'],
  timer: ['{{"', '"}}'],
}

/** A Mermaid flowchart, from waiters to what they wait for; deadlocks are red. */
export function waitGraphMermaid(graph: WaitGraph, paths: Paths): string {
  const isDeadlockEdge = deadlockEdges(graph)
  const lines = ['flowchart LR']
  for (const node of graph.nodes) {
    const [open, close] = BRACKETS[node.kind] ?? ['[["', '"]]']
    lines.push(`  n${node.id}${open}${labelText(node, paths)}${close}`)
  }
  const red: number[] = []
  graph.edges.forEach((edge, i) => {
    if (isDeadlockEdge(edge)) red.push(i)
    lines.push(`  n${edge.from} -->${!edge.via ? '' : `|"${escaped(edge.via)}"|`} n${edge.to}`)
  })
  const deadlocked = [...deadlocksOfNodes(graph).keys()].map((id) => `n${id}`)
  if (deadlocked.length > 0) lines.push('  classDef deadlock stroke:#d00,stroke-width:3px')
  if (deadlocked.length > 0) lines.push(`  class ${deadlocked.join(',')} deadlock`)
  if (red.length > 0) lines.push(`  linkStyle ${red.join(',')} stroke:#d00,stroke-width:3px`)
  if (graph.incomplete !== undefined) {
    // Braces in a comment are read as a directive; what nothing waits for stands apart from the graph.
    lines.splice(1, 0, `  %% ${printable(graph.incomplete).replace(/\{ ?| ?\}/g, '')}`)
    lines.push(`  incomplete>"${escaped(graph.incomplete)}"]`)
  }
  return lines.join('\n')
}

function labelText(node: WaitNode, paths: Paths): string {
  const frames = node.stack.map((frame) => frameText(frame, paths)).reverse()
  return [nodeText(node), ...frames].map(escaped).join('<br>')
}

/** Everything that Mermaid, Markdown or HTML could read as more than text, as Mermaid's own `#34;`. */
function escaped(text: string): string {
  return printable(text).replace(
    /[^\p{L}\p{N} .,:/()\u2192\u00d7\u2026_-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  )
}
