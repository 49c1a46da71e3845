import type { Leaf } from '../model/leaf.js'
import type { Chains } from './chains.js'
import type { PresentWaits } from './present-waits.js'

/** What would bring a promise to settle. */
export function leafOf(promise: object, waits: PresentWaits, chains: Chains): Leaf {
  const wait = waits.awaitOf(promise)
  const task = wait === null ? null : chains.taskOf(wait)
  if (task !== null) {
    return Object.freeze({ kind: 'task', label: task.name, createdAt: task.createdAt, taskId: task.id })
  }
  return Object.freeze({ kind: 'promise', label: 'promise', createdAt: null })
}
