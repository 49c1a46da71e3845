import type { AsyncFunction, Id, WaitNet } from './net.js'
import type { Settler } from './source.js'

/**
 * The suspended function that has to go on before a promise can settle: the only one that can reach its resolver, or
 * the innermost of several that await each other. Null if there is none, or if any one of several may do it.
 */
export function holderAmong(net: WaitNet, settler: Settler): AsyncFunction | null {
  if (settler.kind !== 'functions') return null
  const open = new Set<Id>(settler.ids)
  // In a ring, each of them awaits the others.
  for (const id of net.inOrder(settler.ids)) {
    const chain = [...awaitedBelow(net, net.functionWithId(id))]
    const holders = chain.filter((each) => open.has(each.id))
    if (holders.length === open.size) return holders.at(-1) ?? null
  }
  return null
}

/** A function, the one that it awaits, and so on. */
function* awaitedBelow(net: WaitNet, outermost: AsyncFunction | null) {
  const seen = new Set<AsyncFunction>()
  for (
    let at = outermost;
    at !== null && !seen.has(at);
    at = at.awaits === null ? null : net.functionBehind(at.awaits)
  ) {
    yield at
    seen.add(at)
  }
}
