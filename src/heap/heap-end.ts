import type { HeapView } from '../heap/heap-view.js'
import { NONE } from '../heap/heap-view.js'
import type { Holder } from '../heap/holder.js'
import type { HolderSearch } from '../heap/holders.js'
import { type LiveFacts, wakerOf } from '../heap/wakers.js'
import type { Leaf } from '../model/leaf.js'
import type { Waker } from '../model/resource.js'
import { leafOf, withClient, withTimeLimit } from './leaf-names.js'

/** What settles a promise that no other one in a heap settles; null if it has gone since the snapshot. */
export function heapLeafOf(
  heap: HeapView,
  search: HolderSearch,
  promise: number,
  holder: Holder,
  live: LiveFacts,
): Leaf | null {
  const waker = holder.kind === 'nobody' ? ({ kind: 'not found' } as const) : wakerOf(heap, search, holder, live)
  if (waker === null) return null
  const client = search.clientOf(promise)
  const state =
    client === null ? null : search.clients.stateOf(client, (timer) => live.timer(timer)?.remainingMs ?? null)
  const leaf = withClient(withTimeLimit(leafOf(waker), live.timer(search.timeLimitOf(promise) ?? NONE)), state)
  const isNever = canNotCome(waker, live.isIdle) && 'node' in holder && search.isOnlyBy(promise, holder.node)
  return Object.freeze(isNever ? { ...leaf, never: NEVER } : leaf)
}

const NEVER = 'nothing emits it any more'

/**
 * Node's events of streams, sockets, child processes and readline, none of which comes after `close` (Node 20 to 26). Others
 * may be emitted by the program.
 */
const OF_NODE =
  /^(?:close|connect|data|disconnect|drain|end|error|exit|finish|line|lookup|message|pause|readable|ready|resume|secureConnect|spawn|timeout)$/

function canNotCome(waker: Waker, isIdle: boolean): boolean {
  if (waker.kind !== 'event' || waker.event === null || !OF_NODE.test(waker.event)) return false
  // The program may emit any event of an emitter by itself, but hardly these of one that is over.
  if (waker.state?.kind === 'exited') return isIdle && waker.event === 'exit'
  return waker.state?.kind === 'closed' && (isIdle || waker.event !== 'close')
}
