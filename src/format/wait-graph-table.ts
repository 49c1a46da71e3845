import { addTo } from '../model/lists-by-key.js'
import type { WaitGraph } from '../model/wait-graph.js'
import { deadlockNames } from './deadlock-names.js'
import { frameText, type Paths } from './frame-text.js'
import { printable } from './printable.js'
import { shortened, tableText } from './table-text.js'
import { nodeLabel } from './wait-graph-names.js'
import { deadlocksOfNodes } from './wait-graph-order.js'

const WIDEST = 60
const MOST_REFERENCES = 8

/** A line a node: what it is, where it is suspended, what it waits for, the deadlocks it is in. */
export function waitGraphTable(graph: WaitGraph, paths: Paths): string {
  const deadlocks = deadlocksOfNodes(graph)
  const targets = new Map<number, number[]>()
  for (const { from, to } of graph.edges) {
    addTo(targets, from, to)
  }
  const rows = [...graph.nodes]
    .sort((a, b) => Number(deadlocks.has(b.id)) - Number(deadlocks.has(a.id)))
    .map((node) => {
      const place = node.stack[0] ?? node.leaf?.createdAt ?? null
      return [
        `#${node.id}`,
        node.kind,
        String(node.threadId),
        shortened(nodeLabel(node), WIDEST),
        place === null ? '-' : frameText(place, paths),
        referenceList(targets.get(node.id) ?? []),
        deadlocks.get(node.id)?.join(', ') ?? '',
      ]
    })
  const names = deadlockNames(graph, paths).map((name, i) => `deadlock ${i + 1}: ${name}`)
  const table = tableText(['NODE', 'KIND', 'THREAD', 'WHAT', 'AT', 'WAITS FOR', 'DEADLOCK'], rows)
  const head = names.length === 0 ? '' : `${names.join('\n')}\n\n`
  return `${head}${table}${graph.incomplete === undefined ? '' : `\n\n${printable(graph.incomplete)}`}`
}

function referenceList(ids: readonly number[]): string {
  if (ids.length === 0) return '-'
  const shown = ids.slice(0, MOST_REFERENCES).map((id) => `#${id}`)
  return ids.length > shown.length ? `${shown.join(' ')} +${ids.length - shown.length}` : shown.join(' ')
}
