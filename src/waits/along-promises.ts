import type { AsyncFunction, Id, Settling, WaitNet } from './net.js'

/** The function that will settle a promise, also through others that it is resolved with. */
export function functionBelow(net: WaitNet, promise: Id): AsyncFunction | null {
  const seen = new Set<Id>()
  for (let at: Id | undefined = promise; at !== undefined && !seen.has(at); ) {
    seen.add(at)
    const behind = net.functionBehind(at)
    if (behind !== null) return behind
    const [before, ...others]: readonly Settling[] = net.settlingsOf(at)
    at = others.length === 0 ? before?.on : undefined
  }
  return null
}

/** The functions that wait for a promise, also through others. */
export function awaitersBehind(net: WaitNet, promise: Id): AsyncFunction[] {
  const found: AsyncFunction[] = []
  const reached = new Set([promise])
  for (const each of reached) {
    for (const awaiter of net.awaitersOf(each)) {
      if (!awaiter.isInternal) found.push(awaiter)
      else for (const settled of awaiter.settles) reached.add(settled)
    }
    for (const { of } of net.settlingsOn(each)) reached.add(of)
  }
  return found
}
