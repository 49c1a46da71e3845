import { addTo } from '../model/lists-by-key.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'

/** A node at its only place in the printed tree. */
export interface TreeRow {
  readonly node: WaitNode
  readonly level: number
  /** The edge that led here; null for a root. */
  readonly edge: WaitEdge | null
  /** Nothing of the same parent follows. */
  readonly isLast: boolean
  /** Edges to nodes that have their place elsewhere in the tree. */
  readonly references: readonly WaitEdge[]
}

/**
 * Gives each node one place in a forest, from the waiters down to what they wait for, each as near to its
 * root as can be: first the deadlocks, then what nobody waits for, of which there are most first, then the oldest task. About
 * linear in nodes and edges, without recursion.
 *
 * @param counts how many a node stands for, where that is more than one.
 */
export function treeRows(graph: WaitGraph, counts: ReadonlyMap<number, number> = new Map()): TreeRow[] {
  const nodes = new Map<number, WaitNode>()
  const outgoing = new Map<number, WaitEdge[]>()
  for (const node of graph.nodes) {
    nodes.set(node.id, node)
    outgoing.set(node.id, [])
  }
  const awaited = new Set<number>()
  for (const edge of graph.edges) {
    if (!nodes.has(edge.to)) continue
    outgoing.get(edge.from)?.push(edge)
    if (edge.from !== edge.to) awaited.add(edge.to)
  }
  for (const edges of outgoing.values()) edges.sort((a, b) => inOrder(a.via ?? '', b.via ?? ''))
  const inDeadlock = graph.cycles.flatMap((cycle) => oldestFirst(cycle, nodes).slice(0, 1))
  const unawaited = graph.nodes
    .filter((node) => !awaited.has(node.id))
    .sort((a, b) => (counts.get(b.id) ?? 1) - (counts.get(a.id) ?? 1) || createdAtMs(a) - createdAtMs(b))
    .map((node) => node.id)
  const placed = new Set<number>()
  const children = new Map<number, WaitEdge[]>()
  const roots: number[] = []
  // What is left after the first two is on or below a cycle that is in no list.
  for (const root of [...inDeadlock, ...unawaited, ...nodes.keys()]) {
    if (placed.has(root) || !nodes.has(root)) continue
    roots.push(root)
    placed.add(root)
    const queue = [root]
    for (let i = 0; i < queue.length; i++) {
      const from = queue[i] as number
      for (const edge of outgoing.get(from) ?? []) {
        if (placed.has(edge.to)) continue
        placed.add(edge.to)
        queue.push(edge.to)
        addTo(children, from, edge)
      }
    }
  }
  return rowsBelow(roots, nodes, outgoing, children)
}

/** The same cycle, from its oldest task on. */
export function oldestFirst(cycle: readonly number[], nodes: ReadonlyMap<number, WaitNode>): readonly number[] {
  let start = 0
  cycle.forEach((id, i) => {
    if (createdAtMs(nodes.get(id)) < createdAtMs(nodes.get(cycle[start] as number))) start = i
  })
  return [...cycle.slice(start), ...cycle.slice(0, start)]
}

function createdAtMs(node: WaitNode | undefined): number {
  const atMs = node?.task?.createdAtMs ?? Number.NaN
  return Number.isNaN(atMs) ? Number.MAX_SAFE_INTEGER : atMs
}

function rowsBelow(
  roots: readonly number[],
  nodes: ReadonlyMap<number, WaitNode>,
  outgoing: ReadonlyMap<number, readonly WaitEdge[]>,
  children: ReadonlyMap<number, readonly WaitEdge[]>,
): TreeRow[] {
  const rows: TreeRow[] = []
  const open: { id: number; level: number; edge: WaitEdge | null; isLast: boolean }[] = roots
    .map((id) => ({ id, level: 0, edge: null, isLast: true }))
    .reverse()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { id, level, edge, isLast } = next
    const below = children.get(id) ?? []
    rows.push({
      node: nodes.get(id) as WaitNode,
      level,
      edge,
      isLast,
      references: without(outgoing.get(id) ?? [], below),
    })
    for (let i = below.length - 1; i >= 0; i--) {
      const child = below[i] as WaitEdge
      open.push({ id: child.to, level: level + 1, edge: child, isLast: i === below.length - 1 })
    }
  }
  return rows
}

/** @param some of the edges. */
function without(edges: readonly WaitEdge[], some: readonly WaitEdge[]): readonly WaitEdge[] {
  if (some.length === edges.length) return []
  const left = new Set(edges)
  for (const each of some) left.delete(each)
  return [...left]
}

/** The deadlocks as ids of nodes, each id with the numbers (from 1) of those that it is in. */
export function deadlocksOfNodes(graph: WaitGraph): Map<number, number[]> {
  const numbers = new Map<number, number[]>()
  graph.cycles.forEach((cycle, i) => {
    for (const id of cycle) {
      const own = numbers.get(id)
      if (own === undefined) numbers.set(id, [i + 1])
      else own.push(i + 1)
    }
  })
  return numbers
}

/** Whether an edge is one of a deadlock's: asked with `from` and `to` of the edge. */
export function deadlockEdges(graph: WaitGraph): (edge: WaitEdge) => boolean {
  const pairs = new Set<string>()
  for (const cycle of graph.cycles) {
    cycle.forEach((id, i) => {
      pairs.add(`${id} ${cycle[(i + 1) % cycle.length]}`)
    })
  }
  return (edge) => pairs.has(`${edge.from} ${edge.to}`)
}

/** `Promise.all (index 2)` before `Promise.all (index 10)`. An `Intl.Collator` takes V8 10 ms to make. */
function inOrder(a: string, b: string): number {
  const [, textA = a, numberA = ''] = NUMBERED.exec(a) ?? []
  const [, textB = b, numberB = ''] = NUMBERED.exec(b) ?? []
  if (textA !== textB) return textA < textB ? -1 : 1
  return Number(numberA) - Number(numberB)
}

const NUMBERED = /^(\D*)(\d+)/
