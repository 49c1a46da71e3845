import type { Frame } from '../model/frame.js'
import type { AsyncFunction, Id, Settling } from './net.js'

/**
 * Names the functions that have returned a promise without awaiting it. Such a function has ended: all that is left is
 * its promise, resolved with the one that it returned. But if it was called at the `await`, the source there names it.
 * Its place is not known.
 */
export function withReturnedCalls(
  functions: readonly AsyncFunction[],
  settlings: readonly Settling[],
): readonly AsyncFunction[] {
  const ofFunctions = new Set(functions.flatMap(({ settles }) => settles))
  const isAdopted = new Map<Id, boolean>()
  for (const { of, kind } of settlings) {
    if (kind !== 'told') isAdopted.set(of, kind === 'resolved with' && isAdopted.get(of) !== false)
  }
  return functions.map((each) => {
    const { awaits, passedBy, isInternal, hasReturned } = each
    if (awaits === null || isInternal || hasReturned || passedBy.length > 0) return each
    if (ofFunctions.has(awaits) || isAdopted.get(awaits) !== true) return each
    const name = each.awaitedCall()
    return name === null ? each : { ...each, returnedBy: returnedFrame(name) }
  })
}

function returnedFrame(name: string): Frame {
  return Object.freeze({ name, filename: null, line: null, column: null, returned: true })
}
