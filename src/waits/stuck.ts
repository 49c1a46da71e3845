import { type Dependency, stuckNodes } from './deadlocks.js'
import { holderAmong } from './holder-among.js'
import type { AsyncFunction, Id, WaitNet } from './net.js'
import type { HeldPart, HeldParts, Settler } from './source.js'

/**
 * Which functions and promises nothing can wake, decided on all promises, shown or not: only there is it certain
 * which members of a combinator are needed, and which are alternatives.
 */
export function stuckAmong(net: WaitNet, settlers: ReadonlyMap<Id, Settler>): (each: AsyncFunction | Id) => boolean {
  const numbers = new Map<AsyncFunction | Id, number>()
  const numberOf = (each: AsyncFunction | Id): number => {
    const known = numbers.get(each)
    if (known !== undefined) return known
    numbers.set(each, numbers.size + 1)
    return numbers.size
  }
  const waits: Dependency[] = []
  const depend = (from: AsyncFunction | Id, to: AsyncFunction | Id, mode: Dependency['mode']) => {
    waits.push({ from: numberOf(from), to: numberOf(to), mode })
  }
  for (const each of net.functions) {
    if (each.awaits !== null) depend(each, each.awaits, 'all')
    for (const promise of each.settles) depend(promise, each, 'all')
  }
  for (const { on, of, mode } of net.settlings) depend(net.functionBehind(of) ?? of, on, mode)
  for (const [promise, settler] of settlers) {
    const holder = holderAmong(net, settler)
    if (holder !== null) depend(promise, holder, 'all')
    const heldBy = settler.kind === 'end' ? (settler.heldBy ?? partsOf(settler.settledBy)) : null
    if (heldBy === null) continue
    const { parts, mode } = heldBy
    // Whoever gives a part back first serves it: only if all are known to be stuck is it.
    if (heldBy.isOpen === true || (mode === 'any' && !parts.every(isCertain))) continue
    for (const id of heldBy.later ?? []) {
      const user = net.functionWithId(id)
      if (user !== null) depend(promise, user, mode)
    }
    for (const part of parts) {
      const { functions, after, atWorkFor } = part
      const users = [
        ...functions.flatMap((each) => net.functionWithId(each) ?? []),
        ...[...after, ...atWorkFor].map((each) => net.functionBehind(each) ?? each),
      ]
      // One that several may give back is no single wait.
      if (mode === 'all' && (users.length !== 1 || !isCertain(part))) continue
      for (const user of users) depend(promise, user, mode)
    }
  }
  const isStuck = stuckNodes(numbers.size, waits)
  return (each) => isStuck[numbers.get(each) ?? 0] === true
}

function partsOf(settledBy: HeldPart | undefined): HeldParts | null {
  return settledBy === undefined ? null : { parts: [settledBy], mode: 'any' }
}

function isCertain({ functions, after, atWorkFor, isElsewhere }: HeldPart): boolean {
  return !isElsewhere && functions.length + after.length + atWorkFor.length > 0
}
