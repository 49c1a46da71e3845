/** An edge of any directed graph. */
export interface DirectedEdge {
  readonly from: number
  readonly to: number
}

/**
 * Finds the deadlocks of a graph: for each group of nodes that all wait for each other one cycle through it, in
 * order of waiting. Linear in nodes plus edges, without recursion (Tarjan's algorithm, 1972).
 */
export function findCycles(edges: readonly DirectedEdge[]): number[][] {
  const next = new Map<number, number[]>()
  for (const { from, to } of edges) {
    const targets = next.get(from)
    if (targets === undefined) next.set(from, [to])
    else targets.push(to)
  }
  return componentsOf(next)
    .filter(({ length, 0: node }) => length > 1 || (node !== undefined && (next.get(node) ?? []).includes(node)))
    .map((component) => shortCycle(component, next))
}

function componentsOf(next: ReadonlyMap<number, readonly number[]>): number[][] {
  const order = new Map<number, number>()
  const low = new Map<number, number>()
  const open: number[] = []
  const isOpen = new Set<number>()
  const components: number[][] = []
  for (const root of next.keys()) {
    if (order.has(root)) continue
    const path: { node: number; at: number }[] = []
    const enter = (node: number) => {
      order.set(node, order.size)
      low.set(node, order.size - 1)
      open.push(node)
      isOpen.add(node)
      path.push({ node, at: 0 })
    }
    enter(root)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top
      const target = next.get(node)?.[top.at++]
      if (target !== undefined) {
        if (!order.has(target)) enter(target)
        else if (isOpen.has(target)) low.set(node, Math.min(low.get(node) as number, order.get(target) as number))
        continue
      }
      path.pop()
      const below = path.at(-1)?.node
      if (below !== undefined) low.set(below, Math.min(low.get(below) as number, low.get(node) as number))
      if (low.get(node) !== order.get(node)) continue
      const component = open.splice(open.lastIndexOf(node))
      for (const each of component) isOpen.delete(each)
      components.push(component)
    }
  }
  return components
}

/** The shortest way around from the first node of a component back to it. */
function shortCycle(component: readonly number[], next: ReadonlyMap<number, readonly number[]>): number[] {
  const inside = new Set(component)
  const start = component[0] as number
  const cameFrom = new Map<number, number>()
  const queue = [start]
  for (const node of queue) {
    for (const target of next.get(node) ?? []) {
      if (target === start) {
        const cycle: number[] = []
        for (let at: number | undefined = node; at !== undefined && at !== start; at = cameFrom.get(at)) cycle.unshift(at)
        return [start, ...cycle]
      }
      if (!inside.has(target) || cameFrom.has(target)) continue
      cameFrom.set(target, node)
      queue.push(target)
    }
  }
  return [start]
}
