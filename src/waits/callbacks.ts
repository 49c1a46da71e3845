import type { AsyncFunction, Callback, Id, Settling, WaitNet } from './net.js'

/** Callbacks given to `.then` that follow on each other, outermost first: nothing waits for what the first returns. */
export interface CallbackChain {
  readonly settlings: readonly (Settling & { readonly callback: Callback })[]
  /** The promise that the innermost callback waits for. */
  readonly awaits: Id
}

/**
 * Finds the callbacks of the program that wait, although no function awaits them and none that is suspended would
 * call them. Without these, a program of `.then` chains would seem to do nothing; with all of them, every
 * `main().catch(report)` would be listed beside `main()`.
 */
export function looseCallbacks(net: WaitNet): CallbackChain[] {
  if (!net.settlings.some(hasCallback)) return []
  const after = promisesAfterFunctions(net)
  const chains: CallbackChain[] = []
  for (const settling of net.settlings) {
    if (!hasCallback(settling) || after.has(settling.on) || isAwaited(net, settling.of)) continue
    const settlings = [...chainFrom(net, settling)]
    chains.push({ settlings, awaits: settlings.at(-1)?.on ?? settling.on })
  }
  return chains
}

/** Whether a function, a callback or the program itself waits for a promise, directly or through other promises. */
function isAwaited(net: WaitNet, promise: Id): boolean {
  const reached = new Set([promise])
  for (const each of reached) {
    for (const awaiter of net.awaitersOf(each)) {
      if (!awaiter.hasReturned) return true
      for (const settled of awaiter.settles) reached.add(settled)
    }
    for (const settling of net.settlingsOn(each)) {
      if (settling.kind === 'told' || hasCallback(settling)) return true
      reached.add(settling.of)
    }
  }
  return false
}

function* chainFrom(net: WaitNet, last: Settling & { readonly callback: Callback }) {
  const seen = new Set<Settling>()
  for (let at: Settling | undefined = last; at !== undefined && hasCallback(at) && !seen.has(at); ) {
    yield at
    seen.add(at)
    const [before, ...others] = net.settlingsOf(at.on)
    at = others.length === 0 ? before : undefined
  }
}

/** The promises that will settle once functions of the program that have begun go on. */
function promisesAfterFunctions(net: WaitNet): ReadonlySet<Id> {
  const settledBy = ({ settles }: AsyncFunction) => settles
  const after = new Set(
    net.functions
      .filter(({ isInternal, awaits, hasReturned }) => (!isInternal && !hasReturned) || awaits === null)
      .flatMap(settledBy),
  )
  for (const promise of after) {
    for (const { of, kind } of net.settlingsOn(promise)) {
      // A function that waits for a lock does not depend on the holder's end, but on its letting go.
      if (kind !== 'held resolver') after.add(of)
    }
    for (const awaiter of net.awaitersOf(promise)) for (const each of awaiter.settles) after.add(each)
  }
  return after
}

function hasCallback(settling: Settling): settling is Settling & { readonly callback: Callback } {
  return settling.callback !== null && isThen(settling)
}

function isThen({ kind }: Settling): boolean {
  return kind === 'then' || kind === 'finally'
}
