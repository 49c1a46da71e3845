import { addTo } from '../model/lists-by-key.js'
import { componentOfEachNode } from './components.js'

/** One wait: `from` cannot go on before `to` has. Nodes are numbered from 1. */
export interface Dependency {
  readonly from: number
  readonly to: number
  /** `all`: every one of a node's waits must end. `any`: the first of them that ends is enough. */
  readonly mode: 'all' | 'any'
}

/** In a group of nodes with more waits than this, only the shortest ring is reported. */
const MOST_WAITS_OF_A_GROUP = 2_000

/**
 * Finds the deadlocks of a wait graph: rings of nodes that nothing outside can wake. Every wait in such a ring is part
 * of at least one ring that is returned, so a race whose members all wait for the racer gives one ring a member.
 *
 * @returns the nodes of each ring in the order of waiting, beginning with the smallest number; the last waits for the
 * first. Linear in nodes plus waits where there is no ring (Tarjan's algorithm, without recursion).
 */
export function findDeadlocks(nodeCount: number, waits: readonly Dependency[]): number[][] {
  const isStuck = stuckNodes(nodeCount, waits)
  return ringsAmong(nodeCount, waits, (node) => isStuck[node] === true)
}

/** The rings among nodes of which it is known that nothing can wake them. See `findDeadlocks`. */
export function ringsAmong(
  nodeCount: number,
  waits: readonly Dependency[],
  isStuck: (node: number) => boolean,
): number[][] {
  const stuck = waits.filter(({ from, to }) => isStuck(from) && isStuck(to))
  return stuck.length === 0 ? [] : groupsThatWaitForEachOther(nodeCount, stuck).flatMap(ringsOf)
}

/** A node can be woken if it waits for nothing, or only for nodes that can be woken. Every other node is stuck. */
export function stuckNodes(nodeCount: number, waits: readonly Dependency[]): boolean[] {
  const isStuck = new Array<boolean>(nodeCount + 1).fill(true)
  /** By node: how many waits must still end. All `any` waits of a node count as one. */
  const open = new Array<number>(nodeCount + 1).fill(0)
  const hasOpenChoice = new Array<boolean>(nodeCount + 1).fill(false)
  /** The waits by what is waited for, as a list of which each node has a part. */
  const byTarget = new Int32Array(waits.length)
  const ends = new Int32Array(nodeCount + 2)
  for (const { to } of waits) ends[to + 1] = (ends[to + 1] as number) + 1
  for (let node = 1; node < ends.length; node++) ends[node] = (ends[node] as number) + (ends[node - 1] as number)
  for (const [i, { from, to, mode }] of waits.entries()) {
    const place = ends[to] as number
    byTarget[place] = i
    ends[to] = place + 1
    if (mode === 'any' && hasOpenChoice[from] === true) continue
    if (mode === 'any') hasOpenChoice[from] = true
    open[from] = (open[from] ?? 0) + 1
  }
  const awake: number[] = []
  for (let node = 1; node <= nodeCount; node++) if (open[node] === 0) awake.push(node)
  for (let node = awake.pop(); node !== undefined; node = awake.pop()) {
    isStuck[node] = false
    for (let place = ends[node - 1] as number; place < (ends[node] as number); place++) {
      const { from, mode } = waits[byTarget[place] as number] as Dependency
      if (mode === 'any' && hasOpenChoice[from] === false) continue
      if (mode === 'any') hasOpenChoice[from] = false
      const left = (open[from] ?? 0) - 1
      open[from] = left
      if (left === 0) awake.push(from)
    }
  }
  return isStuck
}

/** Strongly connected components, each as the waits within it. */
function groupsThatWaitForEachOther(nodeCount: number, waits: readonly Dependency[]): Dependency[][] {
  const targets: number[][] = Array.from({ length: nodeCount + 1 }, () => [])
  for (const { from, to } of waits) targets[from]?.push(to)
  const groupOf = componentOfEachNode(targets)
  const groups = new Map<number, Dependency[]>()
  for (const wait of waits) {
    const group = groupOf[wait.from] as number
    if (groupOf[wait.to] !== group) continue
    addTo(groups, group, wait)
  }
  const smallest = (group: readonly Dependency[]) => group.reduce((least, { from }) => Math.min(least, from), Infinity)
  return [...groups.values()].sort((a, b) => smallest(a) - smallest(b))
}

/** Shortest rings that together contain every wait of a group. */
function ringsOf(group: readonly Dependency[]): number[][] {
  const targets = new Map<number, number[]>()
  const waits = [...group].sort((a, b) => a.from - b.from)
  for (const { from, to } of waits) {
    addTo(targets, from, to)
  }
  const covered = new Set<string>()
  const rings: number[][] = []
  for (const { from, to } of waits) {
    if (covered.has(`${from} ${to}`)) continue
    const ring = startingAtSmallest([from, ...shortestPath(to, from, targets)])
    rings.push(ring)
    if (group.length > MOST_WAITS_OF_A_GROUP) break
    ring.forEach((node, i) => {
      covered.add(`${node} ${ring[(i + 1) % ring.length]}`)
    })
  }
  return rings
}

/** Breadth first: the nodes from `start` up to, and without, `end`. */
function shortestPath(start: number, end: number, targets: ReadonlyMap<number, readonly number[]>): number[] {
  if (start === end) return []
  const cameFrom = new Map<number, number>([[start, start]])
  for (const node of cameFrom.keys()) {
    for (const target of targets.get(node) ?? []) {
      if (cameFrom.has(target)) continue
      cameFrom.set(target, node)
      if (target !== end) continue
      const path: number[] = []
      for (let at = node; ; at = cameFrom.get(at) as number) {
        path.push(at)
        if (at === start) return path.reverse()
      }
    }
  }
  throw new Error(`no way from node ${start} back to ${end}`)
}

function startingAtSmallest(ring: readonly number[]): number[] {
  const first = ring.indexOf(ring.reduce((least, node) => Math.min(least, node)))
  return [...ring.slice(first), ...ring.slice(0, first)]
}
