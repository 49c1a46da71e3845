import type { Link, Shown } from './links.js'
import type { AsyncFunction } from './net.js'
import type { WaitSource } from './source.js'

/** Functions of one task that await each other directly, outermost first. */
export type FunctionChain = readonly AsyncFunction[]

/**
 * Joins functions that only their caller awaits into one task with it. A chain that waits for one of its own functions
 * is left apart, so that a deadlock shows each of them.
 */
export function joinChains(nodes: readonly Shown[], links: readonly Link[], source: WaitSource): FunctionChain[] {
  const waiters = countsOf(links.filter(({ isHeldResolver }) => !isHeldResolver).map(({ to }) => to))
  const waits = countsOf(links.map(({ from }) => from))
  const innerOf = new Map<AsyncFunction, AsyncFunction>()
  const returnedTo = new Map<AsyncFunction, AsyncFunction>()
  /** Of functions that may be the innermost of a chain. */
  const waitsFor = new Map<AsyncFunction, Set<AsyncFunction>>()
  for (const { from, to, via } of links) {
    if (from.kind !== 'function' || to.kind !== 'function') continue
    const isOnly = via.length === 0 && waiters.get(to) === 1 && waits.get(from) === 1
    // What has returned has no life of its own: it belongs to what waits for it.
    const isOne =
      isOnly &&
      (to.function.hasReturned || (!from.function.hasReturned && source.isOneTask(from.function, to.function)))
    if (isOne) {
      innerOf.set(from.function, to.function)
      continue
    }
    waitsFor.set(from.function, (waitsFor.get(from.function) ?? new Set()).add(to.function))
    if (isOnly && from.function.hasReturned) returnedTo.set(from.function, to.function)
  }
  // If not exactly one function awaits it, it belongs to the call whose promise it has returned.
  const outerOf = new Map([...innerOf].map(([outer, inner]) => [inner, outer]))
  for (const [from, to] of returnedTo) if (outermostOf(from, outerOf).hasReturned) innerOf.set(from, to)
  const inner = new Set(innerOf.values())
  const functions = nodes.flatMap((node) => (node.kind === 'function' ? [node.function] : []))
  const joined = new Set<AsyncFunction>()
  const chains: FunctionChain[] = []
  for (const outermost of functions) {
    if (inner.has(outermost)) continue
    const chain = [...chainBelow(outermost, innerOf)]
    const end = chain.at(-1) ?? outermost
    const isRing = chain.length > 1 && chain.some((each) => waitsFor.get(end)?.has(each) === true)
    for (const each of isRing ? chain.map((one) => [one]) : [chain]) chains.push(each)
    for (const each of chain) joined.add(each)
  }
  // A ring of functions has no outermost one.
  for (const each of functions) if (!joined.has(each)) chains.push([each])
  const order = new Map(functions.map((each, i) => [each, i]))
  const orderOf = ([outermost]: FunctionChain) => (outermost === undefined ? -1 : (order.get(outermost) ?? -1))
  return chains.sort((a, b) => orderOf(a) - orderOf(b))
}

function outermostOf(start: AsyncFunction, outerOf: ReadonlyMap<AsyncFunction, AsyncFunction>): AsyncFunction {
  const seen = new Set([start])
  for (const each of seen) {
    const outer = outerOf.get(each)
    if (outer === undefined) return each
    seen.add(outer)
  }
  return start
}

function* chainBelow(outermost: AsyncFunction, innerOf: ReadonlyMap<AsyncFunction, AsyncFunction>) {
  for (let at: AsyncFunction | undefined = outermost; at !== undefined; at = innerOf.get(at)) yield at
}

function countsOf(nodes: readonly Shown[]): ReadonlyMap<Shown, number> {
  const counts = new Map<Shown, number>()
  for (const node of nodes) counts.set(node, (counts.get(node) ?? 0) + 1)
  return counts
}
