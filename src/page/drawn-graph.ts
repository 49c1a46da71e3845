import { placeKey } from '../format/place-key.js'
import type { WaitNode } from '../model/wait-graph.js'
import type { Picture } from './picture.js'

/** The graph as it is drawn: one box for one node, or for all that are alike. */
export interface DrawnGraph {
  readonly boxes: readonly Box[]
  readonly edges: readonly DrawnEdge[]
  /** The box of each node, by the node's position. */
  readonly boxOf: readonly number[]
}

export interface Box {
  /** Positions of the nodes that it stands for; at least one. */
  readonly members: readonly number[]
  readonly isDeadlocked: boolean
}

export interface DrawnEdge {
  readonly from: number
  readonly to: number
  /** Null where it stands for several that differ. */
  readonly via: string | null
  readonly count: number
  readonly isDeadlock: boolean
}

export function drawnGraph(picture: Picture, groupAlike: boolean): DrawnGraph {
  const byKey = new Map<string, number>()
  const members: number[][] = []
  const boxOf = picture.nodes.map((node, i) => {
    const key = groupAlike && !picture.deadlocks.has(i) ? alikeKey(node) : `#${i}`
    const known = byKey.get(key)
    if (known !== undefined) {
      members[known]?.push(i)
      return known
    }
    byKey.set(key, members.length)
    return members.push([i]) - 1
  })
  const boxes = members.map((own) => ({ members: own, isDeadlocked: picture.deadlocks.has(own[0] ?? -1) }))
  return { boxes, edges: drawnEdges(picture, boxOf), boxOf }
}

function drawnEdges(picture: Picture, boxOf: readonly number[]): DrawnEdge[] {
  const deadlocked = new Set(
    picture.cycles.flatMap((cycle) => cycle.map((node, i) => `${node} ${cycle[(i + 1) % cycle.length]}`)),
  )
  const edges = new Map<string, { from: number; to: number; via: string | null; count: number; isDeadlock: boolean }>()
  picture.waitsFor.forEach((links, node) => {
    for (const link of links) {
      const [from, to] = [boxOf[node] ?? 0, boxOf[link.node] ?? 0]
      const isDeadlock = deadlocked.has(`${node} ${link.node}`)
      const known = edges.get(`${from} ${to}`)
      if (known === undefined) {
        edges.set(`${from} ${to}`, { from, to, via: link.via, count: 1, isDeadlock })
        continue
      }
      known.count++
      if (known.via !== link.via) known.via = null
      known.isDeadlock ||= isDeadlock
    }
  })
  return [...edges.values()]
}

/** Nodes of one kind at one place. Numbers in labels (ports, remaining times) do not tell them apart. */
function alikeKey(node: WaitNode): string {
  const made = node.leaf?.createdAt ?? null
  const label = node.stack.length > 0 || made !== null ? '' : node.label.replace(/\d+/g, '#')
  return [node.kind, node.threadId, ...node.stack.map(placeKey), '', placeKey(made), label].join('\n')
}
