import type { Frame } from '../model/frame.js'
import { addTo } from '../model/lists-by-key.js'
import type { ResourceHolder } from '../model/resource-use.js'
import type { WaitEdge } from '../model/wait-graph.js'

interface HeldNodes {
  readonly ids: readonly number[]
  readonly isLeaked: boolean
  readonly isUnseen: boolean
  readonly openedAt: Frame | null
}

/**
 * Who has the parts of a resource, those that the same functions have together, most first. A part of which it is
 * not known who has it is not listed.
 *
 * @param parts the ids of the nodes that have each part.
 */
export function holdersOf(
  resource: number,
  parts: readonly HeldNodes[],
  edges: readonly WaitEdge[],
  isOfProgram: (id: number) => boolean,
): ResourceHolder[] {
  const isWaiting = waitersOf(resource, edges)
  const inProgram = programBelow(resource, edges, isOfProgram)
  const groups = new Map<string, ResourceHolder>()
  for (const { ids: users, isLeaked, isUnseen, openedAt } of parts) {
    const ids = new Set(users.map(inProgram))
    if (ids.size === 0 && !isLeaked && !isUnseen) continue
    // Several functions may have it: one of the program, and that waits for the resource itself, tells most.
    const rank = (id: number) => 2 * Number(isOfProgram(id)) + Number(isWaiting(id))
    const nodeIds = [...ids].sort((a, b) => rank(b) - rank(a) || a - b)
    const [first] = nodeIds
    const state =
      first === undefined ? (isUnseen ? 'unseen' : 'leaked') : isWaiting(first) ? 'waits for it' : 'suspended'
    const frame = state === 'leaked' ? openedAt : null
    const key = JSON.stringify([nodeIds, frame])
    const count = (groups.get(key)?.count ?? 0) + 1
    groups.set(key, { state, count, frame, nodeIds })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || compareNodes(a, b))
}

/** Those that nothing has come last. */
function compareNodes({ nodeIds: [a] }: ResourceHolder, { nodeIds: [b] }: ResourceHolder): number {
  return a === undefined || b === undefined ? Number(a === undefined) - Number(b === undefined) : a - b
}

/** From a node to the one of the program that it waits for: a limiter's own function awaits the function that it was given. */
function programBelow(
  resource: number,
  edges: readonly WaitEdge[],
  isOfProgram: (id: number) => boolean,
): (id: number) => number {
  const targets = new Map<number, number[]>()
  for (const { from, to } of edges) {
    addTo(targets, from, to)
  }
  return (id) => {
    const reached = new Set([id])
    for (const each of reached) {
      if (isOfProgram(each)) return each
      // Behind it are those that have the resource.
      if (each !== resource) for (const to of targets.get(each) ?? []) reached.add(to)
    }
    return id
  }
}

/** Whether a node waits for the resource, directly or through others. */
function waitersOf(resource: number, edges: readonly WaitEdge[]): (id: number) => boolean {
  const incoming = new Map<number, number[]>()
  for (const { from, to } of edges) {
    addTo(incoming, to, from)
  }
  const reached = new Set([resource])
  for (const id of reached) for (const from of incoming.get(id) ?? []) reached.add(from)
  return (id) => reached.has(id)
}
