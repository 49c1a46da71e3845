import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { callText, type Paths, placeText } from './frame-text.js'
import { nodeName, nodeText } from './wait-graph-names.js'
import { oldestFirst } from './wait-graph-order.js'

const LONGEST_CYCLE = 12

/**
 * `A → B → A` for each deadlock; of a long one the middle is left out and counted.
 *
 * @param paths if given, each with its outermost and innermost function and where those are suspended.
 */
export function deadlockNames(graph: WaitGraph, paths: Paths | null = null): string[] {
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

/**
 * `left Task-2 transfer() src/bank.mjs:11, in Mutex.lock() src/mutex.mjs:4`: the task's outermost function, at its await,
 * and the innermost one, which stands where the ring is closed.
 */
function placedName(node: WaitNode, paths: Paths): string {
  const [innermost] = node.stack
  const outermost = node.stack.at(-1)
  const place = outermost === undefined ? '' : placeText(outermost, paths)
  const name = place === '' ? nodeText(node) : `${nodeText(node)} ${place}`
  if (innermost === undefined || innermost === outermost) return name
  return `${name}, in ${callText(innermost)} ${placeText(innermost, paths)}`.trimEnd()
}
