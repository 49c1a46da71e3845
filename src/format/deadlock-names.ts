import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { type PathStyle, placeText } from './frame-text.js'
import { nodeName, nodeText } from './wait-graph-names.js'
import { oldestFirst } from './wait-graph-order.js'

const LONGEST_CYCLE = 12

/**
 * `A → B → A` for each deadlock; of a long one the middle is left out and counted.
 *
 * @param paths where given, each with its function and where that is suspended.
 */
export function deadlockNames(graph: WaitGraph, paths: PathStyle | null = null): string[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  return graph.cycles.map((cycle) => {
    const ring = oldestFirst(cycle, nodes)
    const names = ring.map((id) => {
      const node = nodes.get(id)
      if (node === undefined) return `#${id}`
      return paths === null ? nodeName(node) : placedName(node, paths)
    })
    const start = nodes.get(ring[0] ?? 0)
    const first = start === undefined ? (names[0] ?? '') : nodeName(start)
    if (names.length <= LONGEST_CYCLE) return [...names, first].join(' → ')
    const end = LONGEST_CYCLE / 2
    const left = `… ${names.length - 2 * end} more …`
    return [...names.slice(0, end), left, ...names.slice(-end), first].join(' → ')
  })
}

/** `left Task-2 transfer() src/bank.mjs:11`: the task's outermost function, at its await. */
function placedName(node: WaitNode, paths: PathStyle): string {
  const outermost = node.stack.at(-1)
  const place = outermost === undefined ? '' : placeText(outermost, paths)
  return place === '' ? nodeText(node) : `${nodeText(node)} ${place}`
}
