import type { Waker } from './resource.js'

/**
 * Node's events of streams, sockets, child processes and readline, none of which comes after `close` (Node 20 to 26). Others
 * may be emitted by the program.
 */
const OF_NODE =
  /^(?:close|connect|data|disconnect|drain|end|error|exit|finish|line|lookup|message|pause|readable|ready|resume|secureConnect|spawn|timeout)$/

/**
 * Whether an event can no longer come.
 *
 * @param isIdle no code of the program's runs: an event that is being emitted has reached all its listeners.
 */
export function canNotCome(waker: Waker, isIdle: boolean): boolean {
  if (waker.kind !== 'event' || waker.event === null || !OF_NODE.test(waker.event)) return false
  // The program may emit any event of an emitter by itself, but hardly these of one that is over.
  if (waker.state?.kind === 'exited') return isIdle && waker.event === 'exit'
  return waker.state?.kind === 'closed' && (isIdle || waker.event !== 'close')
}
