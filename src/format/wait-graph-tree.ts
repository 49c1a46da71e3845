import type { WaitEdge, WaitGraph } from '../model/wait-graph.js'
import { frameText, type PathStyle } from './frame-text.js'
import { printable } from './printable.js'
import { deadlockNames, nodeText } from './wait-graph-names.js'
import { deadlockEdges, deadlocksOfNodes, type TreeRow, treeRows } from './wait-graph-order.js'

/** From here on levels are numbered instead of indented, so that the text grows with the nodes only. */
const DEEPEST_INDENT = 24
const MOST_REFERENCES = 12

/**
 * What waits for what, each waiter above what it waits for. Deadlocks come first, by name. A node has its line
 * once; where it is met again, `→ #7` refers to it.
 */
export function waitGraphTree(graph: WaitGraph, paths: PathStyle): string {
  const rows = treeRows(graph)
  const referred = new Set(rows.flatMap((row) => row.references.map((edge) => edge.to)))
  const deadlocks = deadlocksOfNodes(graph)
  const isDeadlockEdge = deadlockEdges(graph)
  const lines = headLines(graph)
  /** By level: whether more of the same parent follows below. */
  const goesOn: boolean[] = []
  rows.forEach((row, i) => {
    const { node, level, edge, isLast } = row
    goesOn[level] = !isLast
    if (level === 0 && lines.length > 0) lines.push('')
    const bars = goesOn.slice(1, Math.min(level, DEEPEST_INDENT)).map((more) => (more ? '│  ' : '   '))
    const lead = bars.join('')
    const branch = level === 0 ? '' : isLast ? '└─ ' : '├─ '
    const depth = level > DEEPEST_INDENT ? `[${level}] ` : ''
    const via = !edge?.via ? '' : `${printable(edge.via)}: `
    const number = referred.has(node.id) ? ` #${node.id}` : ''
    const deadlock = deadlocks.has(node.id) ? ` [deadlock ${deadlocks.get(node.id)?.join(', ')}]` : ''
    lines.push(
      `${lead}${branch}${depth}${via}${nodeText(node)}${number}${deadlock}${referenceText(row, isDeadlockEdge)}`,
    )
    const hasBelow = (rows[i + 1]?.level ?? 0) > level
    const under = `${lead}${level === 0 ? '' : isLast ? '   ' : '│  '}${hasBelow ? '│  ' : '   '}`
    for (const text of frameTexts(row, paths)) lines.push(`${under}${text}`)
  })
  return lines.join('\n')
}

function headLines(graph: WaitGraph): string[] {
  const notes = graph.incomplete === undefined ? [] : [printable(graph.incomplete)]
  if (graph.nodes.length === 0) return notes.length > 0 ? notes : ['No async function is suspended.']
  const names = deadlockNames(graph)
  if (names.length === 0) return notes
  return [
    ...notes,
    names.length === 1 ? '1 deadlock:' : `${names.length} deadlocks:`,
    ...names.map((name, i) => `  ${i + 1}. ${name}`),
  ]
}

function referenceText({ references }: TreeRow, isDeadlockEdge: (edge: WaitEdge) => boolean): string {
  if (references.length === 0) return ''
  const shown = references.slice(0, MOST_REFERENCES).map((edge) => {
    const via = !edge.via ? '' : `${printable(edge.via)}: `
    return `${via}#${edge.to}${isDeadlockEdge(edge) ? ' (deadlock)' : ''}`
  })
  const more = references.length > shown.length ? [`and ${references.length - shown.length} more`] : []
  return ` → ${[...shown, ...more].join(', ')}`
}

/** Where a node is suspended, the outermost function first, as the tree goes down to what is waited for. */
function frameTexts({ node }: TreeRow, paths: PathStyle): string[] {
  const texts = node.stack.map((frame) => frameText(frame, paths)).reverse()
  const made = node.leaf?.createdAt
  if (made != null) texts.push(`made by ${frameText(made, paths)}`)
  return texts
}
