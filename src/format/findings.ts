import { addTo } from '../model/lists-by-key.js'
import type { LostFunctions } from '../model/lost-function.js'
import type { OpenRequest } from '../model/open-request.js'
import { isProgramFrame } from '../model/package-of.js'
import type { ResourceUse } from '../model/resource-use.js'
import type { WaitGraph, WaitNode } from '../model/wait-graph.js'
import { grouped } from './grouped.js'

/** Something in a wait graph that explains why work does not go on. */
export type Finding =
  /** The ids of the nodes, in order of waiting; the last waits for the first. */
  | { readonly kind: 'deadlock'; readonly cycle: readonly number[] }
  /** A resource that has a queue, and the tasks that wait for it. */
  | {
      readonly kind: 'queue'
      readonly resource: WaitNode
      readonly use: ResourceUse
      readonly waiters: readonly WaitNode[]
      /** By the id of a node that has it: what that waits for, if it is one thing, or several that have the same name. */
      readonly holderWaits: ReadonlyMap<number, readonly [WaitNode, ...WaitNode[]]>
      /** If those that have it wait for worker threads: what waits there, and for what. */
      readonly inWorkers: readonly WorkerWait[]
    }
  /** Something that can no longer happen, and the tasks that wait for it. */
  | { readonly kind: 'never'; readonly leaf: WaitNode; readonly waiters: readonly WaitNode[] }
  /** Something that is not as it should be, and the tasks that wait for it. */
  | { readonly kind: 'trouble'; readonly leaf: WaitNode; readonly waiters: readonly WaitNode[] }
  /** HTTP requests that have no complete answer, of this process's servers and to others. */
  | { readonly kind: 'unanswered'; readonly requests: readonly OpenRequest[] }
  | { readonly kind: 'lost'; readonly lost: readonly LostFunctions[] }

export interface WorkerWait {
  readonly task: WaitNode
  readonly leaf: WaitNode
}

/** What explains that work does not go on: the certain first. Pure; about linear in nodes and edges. */
export function findingsOf(graph: WaitGraph): Finding[] {
  const waitersOf = waitersIn(graph)
  const leavesOf = leavesIn(graph)
  // One member of a race that never comes is no harm.
  const needingOf = waitersIn({ ...graph, edges: graph.edges.filter(({ mode }) => mode !== 'any') })
  const found: Finding[] = graph.cycles.map((cycle) => ({ kind: 'deadlock', cycle }))
  const nevers: Finding[] = []
  const troubles: Trouble[] = []
  const queues: (Finding & { readonly waiters: readonly WaitNode[] })[] = []
  for (const node of graph.nodes) {
    const { leaf } = node
    if (leaf === null) continue
    if (leaf.never !== undefined) {
      const waiters = needingOf(node.id)
      if (waiters.length > 0) nevers.push({ kind: 'never', leaf: node, waiters })
    } else if (leaf.trouble !== undefined) {
      const waiters = needingOf(node.id)
      if (waiters.length > 0) troubles.push({ kind: 'trouble', leaf: node, waiters })
    } else if (leaf.use !== undefined) {
      const waiters = waitersOf(node.id)
      if (waiters.length === 0) continue
      const holderWaits = waitsOfHolders(node, leaf.use, leavesOf)
      const areInWorkers = [...holderWaits.values()].some(([first]) => first.leaf?.isOfWorker === true)
      const inWorkers = areInWorkers ? waitsBeside(graph, node.threadId, leavesOf) : []
      queues.push({ kind: 'queue', resource: node, use: leaf.use, waiters, holderWaits, inWorkers })
    }
  }
  queues.sort((a, b) => b.waiters.length - a.waiters.length)
  // What a package waits for in the background is not where to look first.
  troubles.sort((a, b) => ofProgram(b.waiters) - ofProgram(a.waiters) || b.waiters.length - a.waiters.length)
  found.push(...nevers, ...joined(troubles), ...queues)
  if (graph.requests !== undefined && graph.requests.length > 0) {
    found.push({ kind: 'unanswered', requests: graph.requests })
  }
  if (graph.lost !== undefined && graph.lost.length > 0) found.push({ kind: 'lost', lost: graph.lost })
  return found
}

type Trouble = Extract<Finding, { readonly kind: 'trouble' }>

/** What waits for the same client is told of once. */
function joined(troubles: readonly Trouble[]): Trouble[] {
  const groups = grouped(troubles, ({ leaf }) => clientTrouble(leaf) ?? `#${leaf.id}`)
  return [...groups.values()].map((alike) => {
    const [{ leaf }] = alike
    const waiters = new Set(alike.flatMap((each) => each.waiters))
    return { kind: 'trouble', leaf, waiters: [...waiters] }
  })
}

/** The state of the client that would settle what is waited for; null if the trouble is with the leaf itself. */
export function clientTrouble({ leaf }: WaitNode): string | null {
  const trouble = leaf?.trouble
  return trouble !== undefined && leaf?.label.endsWith(`; ${trouble}`) === true ? trouble : null
}

function waitsOfHolders(resource: WaitNode, { holders }: ResourceUse, leavesOf: (id: number) => readonly WaitNode[]) {
  const waits = new Map<number, readonly [WaitNode, ...WaitNode[]]>()
  for (const { state, nodeIds } of holders) {
    const [id] = nodeIds
    if (state !== 'suspended' || id === undefined) continue
    const [first, ...others] = leavesOf(id)
    if (first === undefined || first === resource || others.some(({ label }) => label !== first.label)) continue
    waits.set(id, [first, ...others])
  }
  return waits
}

/** What the program's functions in other threads wait for, those that wait for one thing. */
function waitsBeside(graph: WaitGraph, threadId: number, leavesOf: (id: number) => readonly WaitNode[]): WorkerWait[] {
  return graph.nodes.flatMap((task) => {
    if (task.threadId === threadId || !task.stack.some(isProgramFrame)) return []
    const [leaf, ...others] = leavesOf(task.id)
    return leaf === undefined || others.length > 0 ? [] : [{ task, leaf }]
  })
}

function ofProgram(waiters: readonly WaitNode[]): number {
  return waiters.filter(({ stack }) => stack.some(isProgramFrame)).length
}

/**
 * By node id: the tasks that wait for it, directly or through promises that are no tasks. A task of npm packages alone
 * stands for the tasks of the program that wait for it.
 */
export function waitersIn(graph: WaitGraph): (id: number) => WaitNode[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const incoming = new Map<number, number[]>()
  for (const { from, to } of graph.edges) {
    // What a resource waits for is to be given back: those are not its waiters.
    if (nodes.get(from)?.kind === 'resource') continue
    addTo(incoming, to, from)
  }
  const isPassed = ({ id, kind, stack }: WaitNode) =>
    kind !== 'task' || (incoming.has(id) && stack.length > 0 && !stack.some(isProgramFrame))
  return (id) => {
    const waiters = new Set<WaitNode>()
    const reached = new Set([id])
    for (const each of reached) {
      for (const from of incoming.get(each) ?? []) {
        const node = nodes.get(from)
        if (node === undefined || reached.has(from)) continue
        if (isPassed(node)) reached.add(from)
        else waiters.add(node)
      }
    }
    return [...waiters]
  }
}

/** By node id: what it waits for in the end. What waits for a resource waits for that, and not for what has it. */
function leavesIn(graph: WaitGraph): (id: number) => readonly WaitNode[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const targets = grouped(graph.edges, ({ from }) => from)
  return (id) => {
    const reached = new Set([id])
    const leaves: WaitNode[] = []
    for (const each of reached) {
      const leaf = nodes.get(each)
      if (leaf?.leaf != null) leaves.push(leaf)
      else for (const { to } of targets.get(each) ?? []) reached.add(to)
    }
    return leaves
  }
}
