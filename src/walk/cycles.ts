import type { WaitEdge } from '../model/wait-graph.js'

/** The deadlocks of a wait graph: its cycles among the nodes that nothing can wake. */
export function findDeadlocks(nodes: number, edges: readonly WaitEdge[]): number[][] {
  const wakeable = wakeableOf(nodes, edges)
  return findCycles(
    nodes,
    edges.filter(({ from, to }) => !wakeable[from] && !wakeable[to]),
  )
}

/**
 * For each group of nodes that all wait for each other, the shortest ring through one of them. Nodes are numbered
 * from 1. Linear in nodes plus edges (Tarjan, without recursion).
 */
export function findCycles(nodes: number, edges: readonly WaitEdge[]): number[][] {
  const targets: number[][] = Array.from({ length: nodes + 1 }, () => [])
  for (const { from, to } of edges) targets[from]?.push(to)
  return groupsOf(targets)
    .map((group) => ringIn(group, targets))
    .filter((ring) => ring.length > 0)
}

/** Whether something could wake each node: what waits for nothing else can, and what waits only for such. */
function wakeableOf(nodes: number, edges: readonly WaitEdge[]): boolean[] {
  const wakeable = new Array<boolean>(nodes + 1).fill(false)
  const missing = new Array<number>(nodes + 1).fill(0)
  const hasChoice = new Array<boolean>(nodes + 1).fill(false)
  const waiters: WaitEdge[][] = Array.from({ length: nodes + 1 }, () => [])
  for (const edge of edges) {
    waiters[edge.to]?.push(edge)
    if (!isOneOf(edge)) missing[edge.from] = (missing[edge.from] ?? 0) + 1
    else if (!hasChoice[edge.from]) {
      // Any one of these is enough: together they count as one.
      hasChoice[edge.from] = true
      missing[edge.from] = (missing[edge.from] ?? 0) + 1
    }
  }
  const open: number[] = []
  for (let node = 1; node <= nodes; node++) if (missing[node] === 0) open.push(node)
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    wakeable[node] = true
    for (const edge of waiters[node] ?? []) {
      if (isOneOf(edge)) {
        if (!hasChoice[edge.from]) continue
        hasChoice[edge.from] = false
      }
      missing[edge.from] = (missing[edge.from] ?? 0) - 1
      if (missing[edge.from] === 0) open.push(edge.from)
    }
  }
  return wakeable
}

/** A member of a race: another member may come first. */
function isOneOf({ via }: WaitEdge): boolean {
  return via !== null && /\bPromise\.(?:race|any)\b/.test(via)
}

/** Nodes that reach each other, as groups; each alone that is in no ring. Entry 0 of the targets is unused. */
export function groupsOf(targets: readonly (readonly number[])[]): number[][] {
  const order = new Array<number>(targets.length).fill(0)
  const low = new Array<number>(targets.length).fill(0)
  const isOpen = new Array<boolean>(targets.length).fill(false)
  const groups: number[][] = []
  const open: number[] = []
  let count = 0
  for (let start = 1; start < targets.length; start++) {
    if (order[start] !== 0) continue
    const path: { node: number; next: number }[] = [{ node: start, next: 0 }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top
      if (top.next === 0) {
        order[node] = low[node] = ++count
        open.push(node)
        isOpen[node] = true
      }
      const target = targets[node]?.[top.next++]
      if (target !== undefined) {
        if (order[target] === 0) path.push({ node: target, next: 0 })
        else if (isOpen[target]) low[node] = Math.min(low[node] as number, order[target] as number)
        continue
      }
      path.pop()
      const above = path.at(-1)?.node
      if (above !== undefined) low[above] = Math.min(low[above] as number, low[node] as number)
      if (low[node] !== order[node]) continue
      const group = open.splice(open.lastIndexOf(node))
      for (const member of group) isOpen[member] = false
      groups.push(group)
    }
  }
  return groups
}

/** Breadth-first from the group's first node back to itself. */
function ringIn(group: readonly number[], targets: readonly (readonly number[])[]): number[] {
  const start = Math.min(...group.slice(0, 1000))
  const members = new Set(group)
  const cameFrom = new Map<number, number>()
  const queue = [start]
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] as number
    for (const target of targets[node] ?? []) {
      if (target === start) {
        const ring = [node]
        for (let back = node; back !== start; back = ring[0] as number) ring.unshift(cameFrom.get(back) as number)
        return ring
      }
      if (!members.has(target) || cameFrom.has(target)) continue
      cameFrom.set(target, node)
      queue.push(target)
    }
  }
  return []
}
