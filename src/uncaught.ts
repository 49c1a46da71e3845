import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { apply } from './engine/primordials.js'
import { instance } from './instance.js'
import { wrapLate } from './patches/patch.js'

/**
 * An error that ends the process is printed by Node.js with the path that it came by: Node prints `error.stack` last of
 * all, after every listener. If the program handles such errors itself, `traceOf` tells the path.
 */
export function tellOfUncaught(): void {
  if (!isMainThread) return
  // A test runner's entry may have switched tracing on without.
  instance.switchOnAsTold(true)
  process.on('uncaughtExceptionMonitor', (error: unknown, origin) => {
    try {
      if (!instance.isOn()) return
      instance.noteUncaught(error, origin === 'unhandledRejection')
      if (isHandled()) return
      const text = instance.addPathOfUncaught(error)
      if (text !== null) writeSync(2, `async-trace: what is thrown here came from\n${text}\n`)
    } catch {
      // Node prints the error all the same.
    }
  })
}

/**
 * A worker's program would see a listener. V8 reports to this function of the process, which no documentation names (Node 20
 * to 26). Nothing is printed: the thread that has made the worker is given the error.
 */
export function noteUncaughtOfWorker(): void {
  wrapLate(process, '_fatalException', (original) => {
    return function workerOnGlobalUncaughtException(this: unknown, ...args: unknown[]): unknown {
      try {
        if (instance.isOn()) instance.noteUncaught(args[0], args[1] === true)
      } catch {
        // Node reports the error all the same.
      }
      return apply(original, this, args)
    }
  })
}

function isHandled(): boolean {
  return process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
}
