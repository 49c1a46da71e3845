import type { Link, Shown } from './links.js'
import type { AsyncFunction } from './net.js'
import type { WaitSource } from './source.js'

/** Functions of one task that await each other directly, outermost first. */
export type FunctionChain = readonly AsyncFunction[]

export interface JoinedChains {
  /** In the order of their outermost functions. */
  readonly chains: readonly FunctionChain[]
  /** By node: the place of its chain in the list, or -1 if it is no function. */
  readonly chainOf: Int32Array
}

const NONE = -1

/**
 * Joins functions that only their caller awaits into one task with it. A chain that waits for one of its own functions
 * is left apart, so that a deadlock shows each of them.
 *
 * @param nodes each at the place that its index says.
 */
export function joinChains(nodes: readonly Shown[], links: readonly Link[], source: WaitSource): JoinedChains {
  const innerOf = innerFunctions(nodes, links, source)
  const isInner = new Uint8Array(nodes.length)
  for (const inner of innerOf.inner) if (inner !== NONE) isInner[inner] = 1
  const chainOf = new Int32Array(nodes.length).fill(NONE)
  const joined: number[][] = []
  const add = (chain: number[]) => {
    for (const node of chain) chainOf[node] = 0
    joined.push(chain)
  }
  for (const { kind, index } of nodes) {
    if (kind !== 'function' || isInner[index] === 1) continue
    const chain: number[] = []
    for (let at = index; at !== NONE; at = innerOf.inner[at] as number) chain.push(at)
    const waitsFor = chain.length > 1 ? innerOf.waitsFor.get(chain.at(-1) as number) : undefined
    const isRing = waitsFor !== undefined && chain.some((each) => waitsFor.has(each))
    for (const each of isRing ? chain.map((one) => [one]) : [chain]) add(each)
  }
  // A ring of functions has no outermost one.
  for (const { kind, index } of nodes) if (kind === 'function' && chainOf[index] === NONE) add([index])
  joined.sort(([a = NONE], [b = NONE]) => a - b)
  for (const [place, chain] of joined.entries()) for (const node of chain) chainOf[node] = place
  return { chains: joined.map((chain) => chain.map((node) => functionAt(nodes, node))), chainOf }
}

interface InnerFunctions {
  /** By node: the function that it alone awaits, or -1. */
  readonly inner: Int32Array
  /** By a node that may be the innermost of a chain: the functions that it waits for. */
  readonly waitsFor: ReadonlyMap<number, ReadonlySet<number>>
}

function innerFunctions(nodes: readonly Shown[], links: readonly Link[], source: WaitSource): InnerFunctions {
  const waiters = new Int32Array(nodes.length)
  const waits = new Int32Array(nodes.length)
  for (const { from, to, isHeldResolver } of links) {
    if (!isHeldResolver) waiters[to.index] = (waiters[to.index] as number) + 1
    waits[from.index] = (waits[from.index] as number) + 1
  }
  const inner = new Int32Array(nodes.length).fill(NONE)
  const outer = new Int32Array(nodes.length).fill(NONE)
  const returnedTo = new Map<number, number>()
  const waitsFor = new Map<number, Set<number>>()
  for (const { from, to, via } of links) {
    if (from.kind !== 'function' || to.kind !== 'function') continue
    const isOnly = via.length === 0 && waiters[to.index] === 1 && waits[from.index] === 1
    // What has returned has no life of its own: it belongs to what waits for it.
    const isOne =
      isOnly &&
      (to.function.hasReturned || (!from.function.hasReturned && source.isOneTask(from.function, to.function)))
    if (isOne) {
      inner[from.index] = to.index
      outer[to.index] = from.index
      continue
    }
    waitsFor.set(from.index, (waitsFor.get(from.index) ?? new Set()).add(to.index))
    if (isOnly && from.function.hasReturned) returnedTo.set(from.index, to.index)
  }
  // If not exactly one function awaits it, it belongs to the call whose promise it has returned.
  for (const [from, to] of returnedTo) {
    if (functionAt(nodes, outermostOf(from, outer)).hasReturned) inner[from] = to
  }
  return { inner, waitsFor }
}

function functionAt(nodes: readonly Shown[], index: number): AsyncFunction {
  return (nodes[index] as Shown & { kind: 'function' }).function
}

/** The node itself if it is in a ring. */
function outermostOf(start: number, outer: Int32Array): number {
  let at = start
  for (let next = outer[at] as number; next !== NONE; next = outer[at] as number) {
    if (next === start) return start
    at = next
  }
  return at
}
