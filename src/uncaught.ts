import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { instance } from './instance.js'

/**
 * An error that ends the process is printed by Node.js with the path that it came by: Node prints `error.stack` last of
 * all, after every listener. Where the program handles such errors itself, nothing is done.
 */
export function tellOfUncaught(): void {
  if (!isMainThread) return
  process.on('uncaughtExceptionMonitor', (error: unknown, origin) => {
    try {
      if (!instance.isOn() || isHandled()) return
      const text = instance.addPathOfUncaught(error, origin === 'unhandledRejection')
      if (text !== null) writeSync(2, `async-trace: what is thrown here came from\n${text}\n`)
    } catch {
      // Node prints the error all the same.
    }
  })
}

function isHandled(): boolean {
  return process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
}
