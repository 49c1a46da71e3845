import type { CallStackJson, CallStackJsonEntry, PromiseCallStack } from './promise-call-stack.js'

/** The flat form of a call stack, or of a part of one. */
export function flatCallStack(first: PromiseCallStack): CallStackJson {
  const entries = new Map<number, CallStackJsonEntry>()
  const references = new Map<number, PromiseCallStack>()
  const open = [first]
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (entries.has(entry.id)) continue
    entries.set(entry.id, flatEntry(entry))
    for (const waiter of entry.awaitedBy.toReversed()) {
      if (waiter.isReference) references.set(waiter.id, waiter)
      else open.push(waiter)
    }
  }
  // Of a part of a call stack: some of its references may lead out of it.
  for (const [id, entry] of references) if (!entries.has(id)) entries.set(id, flatEntry(entry))
  const incomplete = first.incomplete === undefined ? null : { incomplete: first.incomplete }
  return { version: 1, entries: [...entries.values()], ...incomplete }
}

function flatEntry({ id, task, callStack, awaitedBy }: PromiseCallStack): CallStackJsonEntry {
  return {
    id,
    task,
    callStack: callStack.filter(({ kind }) => kind !== 'combinator'),
    awaitedBy: awaitedBy.map(({ id, callStack, cycle }) => ({
      id,
      through: callStack.filter(({ kind }) => kind === 'combinator').map(({ name }) => name),
      cycle,
    })),
  }
}
