import { createHook } from 'node:async_hooks'
import { constants } from 'node:os'
import { internalBinding } from './internal-binding.js'

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
  const listener = () => {}
  const handle = handleMadeBy(() => process.on(signal, listener))
  const listeners = process as unknown as Listeners
  if (handle === null || listeners._events[signal] !== listener) {
    process.off(signal, listener)
    return null
  }
  delete listeners._events[signal]
  listeners._eventsCount--
  return handle
}

/** Where `async_hooks` would give every promise ids (Node 20 and 22), Node's own class is at hand; on 24 and 26 it is not. */
function handleMadeBy(run: () => void): SignalHandle | null {
  const binding = internalBinding('signal_wrap') as { readonly Signal?: { readonly prototype: object } } | null
  const prototype = binding?.Signal?.prototype
  try {
    return prototype === undefined ? handleAnnouncedBy(run) : handleSetUpBy(run, prototype)
  } catch {
    return null
  }
}

function handleAnnouncedBy(run: () => void): SignalHandle | null {
  let handle: SignalHandle | null = null
  const init = (_id: number, type: string, _trigger: number, resource: object) => {
    if (type === 'SIGNALWRAP') handle = resource as SignalHandle
  }
  const hook = createHook({ init, trackPromises: false } as Parameters<typeof createHook>[0])
  hook.enable()
  try {
    run()
  } finally {
    hook.disable()
  }
  return handle
}

/** Node gives each handle what it is to call. */
function handleSetUpBy(run: () => void, prototype: object): SignalHandle | null {
  let handle: SignalHandle | null = null
  Object.defineProperty(prototype, 'onsignal', {
    configurable: true,
    set(this: SignalHandle, value: unknown) {
      handle = this
      Object.defineProperty(this, 'onsignal', { value, configurable: true, enumerable: true, writable: true })
    },
  })
  try {
    run()
  } finally {
    Reflect.deleteProperty(prototype, 'onsignal')
  }
  return handle
}
