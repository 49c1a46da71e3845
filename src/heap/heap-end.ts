import type { Waker } from '../model/resource.js'
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
