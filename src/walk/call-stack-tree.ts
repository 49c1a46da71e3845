import { flatCallStack } from '../model/flat-call-stack.js'
import type { CallStackJson, PromiseCallStack, StackEntry } from '../model/promise-call-stack.js'
import type { Task } from '../model/task.js'
import { componentOfEachNode } from '../waits/components.js'

/** A promise or a task, with everything that awaits it. */
export interface AwaiterNode {
  readonly task: Task | null
  readonly promise: Promise<unknown> | null
  readonly frames: readonly StackEntry[]
  /** The promise whose awaiters are the node's; null where it is unknown. */
  readonly outermost: object | null
  readonly level: number
  readonly awaiters: AwaiterWay[]
}

/** From a node to one that awaits it. */
export interface AwaiterWay {
  readonly to: AwaiterNode
  readonly between: readonly StackEntry[]
  /** Whether the node stands here in the tree: it is a reference everywhere else. */
  readonly isPlace: boolean
}

const NOTHING: readonly never[] = Object.freeze([])

/** @param nodes breadth-first, the one that was asked for first. */
export function callStackTree(nodes: readonly AwaiterNode[], incomplete: string | null): PromiseCallStack {
  const ids = idsOf(nodes)
  const groups = groupNumbers(nodes)
  const made = new Map<AwaiterNode, PromiseCallStack>()
  const entry = (
    node: AwaiterNode,
    between: readonly StackEntry[],
    rest: Pick<PromiseCallStack, 'awaitedBy' | 'cycle' | 'isReference' | 'incomplete'>,
  ) => {
    const { task, promise, frames } = node
    const callStack = between.length === 0 ? frames : Object.freeze([...between, ...frames])
    const { awaitedBy, cycle, isReference, incomplete } = rest
    const made = { id: ids.get(node) as number, task, promise, callStack, awaitedBy, cycle, isReference }
    return withJson(incomplete === undefined ? made : { ...made, incomplete })
  }
  const places = new Map(
    nodes.flatMap(({ awaiters }) => awaiters.filter((way) => way.isPlace).map((way) => [way.to, way])),
  )
  for (const node of nodes.toReversed()) {
    const awaitedBy = node.awaiters.map(({ to, between, isPlace }) => {
      if (isPlace) return made.get(to) as PromiseCallStack
      const cycle = groups.get(node) === groups.get(to)
      return entry(to, between, { awaitedBy: NOTHING, cycle, isReference: true })
    })
    const isFirst = node === nodes[0]
    const between = places.get(node)?.between ?? NOTHING
    const rest = { awaitedBy: Object.freeze(awaitedBy), cycle: false, isReference: false }
    made.set(node, entry(node, between, isFirst && incomplete !== null ? { ...rest, incomplete } : rest))
  }
  return made.get(nodes[0] as AwaiterNode) as PromiseCallStack
}

/** From top to bottom of the tree. */
function idsOf(nodes: readonly AwaiterNode[]): Map<AwaiterNode, number> {
  const ids = new Map<AwaiterNode, number>()
  const open = nodes.slice(0, 1)
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    ids.set(node, ids.size + 1)
    for (const { to, isPlace } of node.awaiters.toReversed()) if (isPlace) open.push(to)
  }
  return ids
}

/** Nodes that wait for each other have the same number. */
function groupNumbers(nodes: readonly AwaiterNode[]): Map<AwaiterNode, number> {
  const numbers = new Map(nodes.map((node, i) => [node, i + 1]))
  const targets = nodes.map(({ awaiters }) => awaiters.map(({ to }) => numbers.get(to) as number))
  const groups = componentOfEachNode([[], ...targets])
  return new Map(nodes.map((node, i) => [node, groups[i + 1] as number]))
}

function withJson(entry: Omit<PromiseCallStack, 'toJSON'>): PromiseCallStack {
  Object.defineProperty(entry, 'toJSON', { value: toJson })
  return Object.freeze(entry as PromiseCallStack)
}

function toJson(this: PromiseCallStack): CallStackJson {
  return flatCallStack(this)
}
