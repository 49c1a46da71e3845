/**
 * Strongly connected components: nodes that all reach each other. Tarjan's algorithm with a stack of its own, since
 * chains of waits can be deeper than the call stack.
 *
 * @param targets by node, numbered from 1: the nodes that it leads to. Entry 0 is not used.
 * @returns by node: a number that it shares with the nodes of its component alone.
 */
export function componentOfEachNode(targets: readonly (readonly number[])[]): number[] {
  const component = new Array<number>(targets.length).fill(0)
  const order = new Array<number>(targets.length).fill(0)
  const low = new Array<number>(targets.length).fill(0)
  const open: number[] = []
  let visited = 0
  for (let start = 1; start < targets.length; start++) {
    if (order[start] !== 0) continue
    const path: { node: number; next: number }[] = [{ node: start, next: 0 }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top
      if (order[node] === 0) {
        order[node] = low[node] = ++visited
        open.push(node)
      }
      const target = targets[node]?.[top.next++]
      if (target !== undefined) {
        if (order[target] === 0) path.push({ node: target, next: 0 })
        else if (component[target] === 0) low[node] = Math.min(low[node] as number, order[target] as number)
        continue
      }
      path.pop()
      const below = path.at(-1)?.node
      if (below !== undefined) low[below] = Math.min(low[below] as number, low[node] as number)
      if (low[node] !== order[node]) continue
      for (const member of open.splice(open.lastIndexOf(node))) component[member] = node
    }
  }
  return component
}
