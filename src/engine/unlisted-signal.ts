import { createHook } from 'node:async_hooks'
import { constants } from 'node:os'

/** Node's handle on a signal, which calls the listeners of `process`. */
interface SignalHandle {
  onsignal: (signal: number) => void
  start(signal: number): number
  stop(): number
}

/** A signal that is watched without a listener on `process`. */
export interface UnlistedSignal {
  /** Does to the process what the signal does without any listener. It comes back if that is nothing. */
  doDefault(): void
}

/**
 * Watches a signal for which the program may have listeners of its own, or none, and hides that it does: packages such
 * as signal-exit end the process only if they find no listener but theirs, so one of ours would keep it alive.
 *
 * `process.on` makes one handle for all listeners of a signal, and closes it with the last of them. It is made here by
 * a listener that is taken away again behind Node's back, so that the program's listeners come to share it. Once the
 * program has removed its last listener, the signal is not watched any more. Seen on Node 20 to 26.
 *
 * @param arrived called with whether the program listens, before its listeners are.
 * @returns null where that is impossible: no such signal here, a preloaded module listens to it already.
 */
export function watchUnlisted(signal: NodeJS.Signals, arrived: (isListenedTo: boolean) => void): UnlistedSignal | null {
  const { kill, pid } = process
  const number = constants.signals[signal]
  const handle = process.listenerCount(signal) === 0 ? handleOf(signal) : null
  if (handle === null) return null
  handle.onsignal = () => {
    arrived(process.listenerCount(signal) > 0)
    Reflect.apply(process.emit, process, [signal, signal, number])
  }
  return {
    doDefault() {
      // With its one handle stopped, the signal has its default action.
      handle.stop()
      kill.call(process, pid, signal)
      handle.start(number)
    },
  }
}

interface Listeners {
  readonly _events: Record<string, unknown>
  _eventsCount: number
}

function handleOf(signal: NodeJS.Signals): SignalHandle | null {
  let handle: SignalHandle | null = null
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'SIGNALWRAP') handle = resource as SignalHandle
    },
  })
  const listener = () => {}
  hook.enable()
  try {
    process.on(signal, listener)
  } catch {
    return null
  } finally {
    hook.disable()
  }
  const listeners = process as unknown as Listeners
  if (handle === null || listeners._events[signal] !== listener) {
    process.off(signal, listener)
    return null
  }
  delete listeners._events[signal]
  listeners._eventsCount--
  return handle
}
