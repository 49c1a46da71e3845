import { addTo } from '../model/lists-by-key.js'
import type { Task } from '../model/task.js'
import type { FunctionChain } from './await-chains.js'
import type { AsyncFunction } from './net.js'
import type { WaitSource } from './source.js'

/**
 * The task of each chain; null if the source does not know tasks. A call that several functions await belongs to none of
 * them, but its records lead to the task of the one that called it: such a chain gets a task of its own.
 */
export function tasksOfChains(
  chains: readonly FunctionChain[],
  source: WaitSource,
): ReadonlyMap<FunctionChain, Task | null> {
  const tasks = new Map<FunctionChain, Task | null>()
  const byTask = new Map<number, FunctionChain[]>()
  for (const chain of chains) {
    const task = taskOfChain(chain, source)
    tasks.set(chain, task)
    if (task === null) continue
    addTo(byTask, task.id, chain)
  }
  for (const same of byTask.values()) {
    if (same.length === 1) continue
    const members = new Map(same.flatMap((chain) => chain.map((each) => [each, chain] as const)))
    const kept = same.find((chain) => !isAwaitedWithin(chain, members, source)) ?? same[0]
    for (const chain of same) {
      const outermost = chain.find(({ hasReturned }) => !hasReturned)
      if (chain !== kept && outermost !== undefined) tasks.set(chain, source.ownTask(outermost))
    }
  }
  return tasks
}

/** That of the outermost function that has not ended; functions that have returned belong to it. */
function taskOfChain(chain: FunctionChain, source: WaitSource): Task | null {
  const [outermost] = chain
  const suspended = chain.find(({ hasReturned }) => !hasReturned)
  if (suspended !== undefined) return suspended.task
  return outermost === undefined ? null : source.ownTask(outermost)
}

/** Whether a function of another chain of the same task awaits this one. */
function isAwaitedWithin(
  chain: FunctionChain,
  members: ReadonlyMap<AsyncFunction, FunctionChain>,
  { net }: WaitSource,
): boolean {
  const awaiters = chain[0]?.settles.flatMap((promise) => net.awaitersOf(promise)) ?? []
  return awaiters.some((awaiter) => members.has(awaiter) && members.get(awaiter) !== chain)
}
