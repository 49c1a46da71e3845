import type { Task } from '../model/task.js'
import type { WaitEdge, WaitGraph, WaitNode } from '../model/wait-graph.js'
import { grouped } from './grouped.js'
import { placeKey } from './place-key.js'
import { labelOfAll, varyingLabel } from './varying-label.js'
import { withoutNumber } from './wait-graph-names.js'
import { treeRows } from './wait-graph-order.js'

/** A wait graph in which nodes that are alike are one. */
export interface FoldedGraph {
  readonly graph: WaitGraph
  /** By node: how many it stands for; only where there are several. */
  readonly counts: ReadonlyMap<number, number>
}

/** Each round splits at least one group; those of real programs are stable after a few. */
const MOST_ROUNDS = 64
const MEMBER = /\(index (\d+)\)/

/**
 * Makes one node of those that stand at the same place, wait for the same, and are waited for by the same; what a deadlock
 * is made of stays as it is. Two waits become one only where their waiters do: a timer of its own never looks like a shared one.
 * About linear in nodes and edges.
 */
export function foldAlike(graph: WaitGraph): FoldedGraph {
  const whole = { graph, counts: new Map<number, number>() }
  if (graph.nodes.length < 2) return whole
  const groups = groupsOf(graph)
  if (groups === null) return whole
  const members = grouped(graph.nodes, ({ id }) => groups.get(id) as number)
  if (members.size === graph.nodes.length) return whole
  const first = new Map<number, number>()
  const nodes: WaitNode[] = []
  for (const [group, own] of members) {
    const node = standsFor(own)
    nodes.push(node)
    first.set(group, node.id)
    if (own.length > 1) whole.counts.set(node.id, own.length)
  }
  const idOf = (id: number) => first.get(groups.get(id) as number) ?? id
  return { graph: { ...graph, nodes, edges: foldedEdges(graph.edges, idOf) }, counts: whole.counts }
}

/** Each node's group, by refinement from what a node is by itself; null if that does not come to an end. */
function groupsOf(graph: WaitGraph): ReadonlyMap<number, number> | null {
  const deadlocked = new Set(graph.cycles.flat())
  const levels = levelsOf(graph)
  let groups = numbered(graph.nodes, (node) =>
    deadlocked.has(node.id) || isNameless(node) ? `#${node.id}` : [levels.get(node.id), ...ownKey(node)].join('\n'),
  )
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const around = new Map<number, Set<string>>(graph.nodes.map(({ id }) => [id, new Set()]))
    for (const { from, to, via, mode } of graph.edges) {
      const how = `${maskedVia(via)} ${mode}`
      around.get(from)?.add(`> ${how} ${groups.get(to)}`)
      around.get(to)?.add(`< ${how} ${groups.get(from)}`)
    }
    const finer = numbered(
      graph.nodes,
      ({ id }) => `${groups.get(id)}\n${[...(around.get(id) ?? [])].sort().join('\n')}`,
    )
    if (countOf(finer) === countOf(groups)) return groups
    groups = finer
  }
  return null
}

function numbered(nodes: readonly WaitNode[], keyOf: (node: WaitNode) => string): Map<number, number> {
  const numbers = new Map<string, number>()
  return new Map(
    nodes.map((node) => {
      const key = keyOf(node)
      const number = numbers.get(key) ?? numbers.size
      numbers.set(key, number)
      return [node.id, number]
    }),
  )
}

function countOf(groups: ReadonlyMap<number, number>): number {
  return new Set(groups.values()).size
}

/** How deep each node stands: what is alike stands equally deep, and long chains are told apart at once. */
function levelsOf(graph: WaitGraph): Map<number, number> {
  return new Map(treeRows(graph).map(({ node, level }) => [node.id, level]))
}

/** Of which nothing is known but that it is there: not known to be like another. */
function isNameless({ label, task, stack }: WaitNode): boolean {
  return task !== null && stack.length === 0 && labelOfTask(label, task) === ''
}

function ownKey({ kind, label, task, stack, leaf, threadId }: WaitNode): readonly unknown[] {
  return [
    threadId,
    kind,
    task === null ? varyingLabel(kind, label, () => '…') : labelOfTask(label, task),
    task?.kind,
    placeKey(leaf?.createdAt ?? null),
    ...stack.map((frame) => `${placeKey(frame)}\0${frame.returned === true}`),
  ]
}

/** A task's label without the number that each task has for itself, led by the name that the program gave it. */
function labelOfTask(label: string, { id, name }: Task): string {
  const rest = withoutNumber(label, id)
  return name === `Task-${id}` || rest.startsWith(name) ? rest : `${name} ${rest}`.trimEnd()
}

/** The oldest of a group, with its label made true of all. */
function standsFor(members: readonly [WaitNode, ...WaitNode[]]): WaitNode {
  const [first] = members
  if (members.length === 1) return first
  const node = members.reduce((a, b) => ((b.task?.createdAtMs ?? 0) < (a.task?.createdAtMs ?? 0) ? b : a), first)
  if (node.task !== null) return { ...node, label: labelOfTask(node.label, node.task) }
  const remainingMs = members.flatMap(({ leaf }) => leaf?.remainingMs ?? [])
  const labels = members.map(({ label }) => label)
  return { ...first, label: labelOfAll(first.kind, labels, remainingMs) }
}

function maskedVia(via: string | null): string {
  return via === null ? '' : via.replace(MEMBER, '(index …)')
}

/** One edge for all between the same two groups. */
function foldedEdges(edges: readonly WaitEdge[], idOf: (id: number) => number): WaitEdge[] {
  const folded = new Map<string, { edge: WaitEdge; indexes: Set<number> }>()
  for (const edge of edges) {
    const from = idOf(edge.from)
    const to = idOf(edge.to)
    const key = `${from} ${to} ${edge.mode} ${maskedVia(edge.via)}`
    const known = folded.get(key) ?? { edge: { ...edge, from, to }, indexes: new Set<number>() }
    folded.set(key, known)
    const index = edge.via === null ? undefined : MEMBER.exec(edge.via)?.[1]
    if (index !== undefined) known.indexes.add(Number(index))
  }
  return [...folded.values()].map(({ edge, indexes }) =>
    indexes.size < 2 ? edge : { ...edge, via: edge.via?.replace(MEMBER, `(${indexesText(indexes)})`) ?? null },
  )
}

/** `index 0 to 49`, or how many they are where some between are missing. */
function indexesText(indexes: ReadonlySet<number>): string {
  const inOrder = [...indexes].sort((a, b) => a - b)
  const [lowest, highest] = [inOrder[0] as number, inOrder.at(-1) as number]
  return highest - lowest === inOrder.length - 1 ? `index ${lowest} to ${highest}` : `${inOrder.length} of its members`
}
