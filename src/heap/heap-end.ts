import { canNotCome } from '../model/no-more-events.js'
import { endIn, UNKNOWN_END, type WaitEnd } from '../model/wait-end.js'
import { type HeapView, NONE } from './heap-view.js'
import type { Holder } from './holder.js'
import type { HolderSearch } from './holders.js'
import { type LiveFacts, wakerOf } from './wakers.js'

/** What settles a promise that no other one in a heap settles; unknown if it has gone since the snapshot. */
export function endOf(heap: HeapView, search: HolderSearch, promise: number, holder: Holder, live: LiveFacts): WaitEnd {
  const waker = wakerOf(heap, search, holder, live)
  if (waker === null) return UNKNOWN_END
  const client = search.clientOf(promise)
  const remainingMs = (timer: number) => live.timer(timer)?.remainingMs ?? null
  return endIn(waker, {
    timeLimit: live.timer(search.timeLimitOf(promise) ?? NONE),
    client: client === null ? null : search.clients.stateOf(client, remainingMs),
    isNever: canNotCome(waker, live.isIdle) && 'node' in holder && search.isOnlyBy(promise, holder.node),
  })
}
