import type { Leaf } from '../model/leaf.js'
import { addTo } from '../model/lists-by-key.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'

/** By node id: what it waits for, or the first of several such things and how many there are besides. */
export function waitingOn(graph: WaitGraph): (id: number) => Leaf | null {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const targets = new Map<number, number[]>()
  for (const { from, to } of graph.edges) {
    addTo(targets, from, to)
  }
  return (id) => {
    const [first, ...others] = targets.get(id) ?? []
    const node = first === undefined ? undefined : nodes.get(first)
    return node === undefined ? null : leafOf(node, others.length === 0 ? '' : ` and ${others.length} more`)
  }
}

function leafOf({ id, kind, label, task, leaf }: WaitNode, more: string): Leaf {
  if (leaf !== null) return more === '' ? leaf : Object.freeze({ ...leaf, label: `${leaf.label}${more}` })
  const base = { kind, label: `${task?.name ?? label}${more}`, createdAt: task?.createdAt ?? null }
  return Object.freeze(kind === 'task' ? { ...base, taskId: task?.id ?? id } : base)
}
