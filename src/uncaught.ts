import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { instance } from './instance.js'

/**
 * An error that ends the process is printed by Node.js with the path that it came by: Node prints `error.stack` last of
 * all, after every listener. If the program handles such errors itself, `traceOf` tells the path.
 */
export function tellOfUncaught(): void {
  // In a worker, its program would see the listener.
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

function isHandled(): boolean {
  return process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
}
