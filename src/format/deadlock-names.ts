import type { Frame } from '../model/frame.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { callText, type Paths, placeText } from './frame-text.js'
import { programFrames } from './program-frames.js'
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
    const first = start === undefined ? (names[0] ?? '') : shortName(start)
    if (ring.length === 1 && start?.kind === 'resource') return `${first}: what is to give it back waits for it`
    if (names.length <= LONGEST_CYCLE) return [...names, first].join(' → ')
    const end = LONGEST_CYCLE / 2
    const left = `… ${names.length - 2 * end} more …`
    return [...names.slice(0, end), left, ...names.slice(-end), first].join(' → ')
  })
}

/** As the ring's first name begins. */
function shortName(node: WaitNode): string {
  const outermost = programFrames(node.stack).at(-1)
  return node.task === null && outermost !== node.stack.at(-1) ? taskText(node, outermost) : nodeName(node)
}

/**
 * `left Task-2 transfer() src/bank.mjs:11, in save() src/mutex.mjs:4`: the program's outermost function of the task, at its
 * await, and the innermost one. A task of packages alone has theirs.
 */
function placedName(node: WaitNode, paths: Paths): string {
  const frames = programFrames(node.stack)
  const outermost = frames.at(-1)
  const innermost = calledIn(node.stack, frames[0])
  const name = outermost === node.stack.at(-1) ? nodeText(node) : taskText(node, outermost)
  const place = outermost === undefined ? '' : placeText(outermost, paths)
  const placed = place === '' ? name : `${name} ${place}`
  if (innermost === undefined || innermost === outermost) return placed
  return `${placed}, in ${callText(innermost)} ${placeText(innermost, paths)}`.trimEnd()
}

/** The innermost of the functions that have returned and were called from a frame: of those no file is known, as a rule. */
function calledIn(stack: readonly Frame[], frame: Frame | undefined): Frame | undefined {
  let at = frame === undefined ? 0 : stack.indexOf(frame)
  while (stack[at - 1]?.filename === null) at--
  return stack[at]
}

/** With the name of one of its functions. */
function taskText(node: WaitNode, frame: Frame | undefined): string {
  const call = frame === undefined ? '' : callText(frame)
  return node.task === null ? call : `${nodeName(node)} ${call}`
}
