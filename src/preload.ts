import { isMainThread } from 'node:worker_threads'
import { listenForDumps } from './dump-on-signal.js'
import { instance } from './instance.js'
import { hidePreload } from './threads/preload-flag.js'
import { channelToParent, joinParent, takeProcessStart } from './threads/processes.js'
import { joinThreads, takeThreadStart } from './threads/this-thread.js'
import { noteUncaughtOfWorker } from './uncaught.js'

/** What a traced thread has the workers and processes that it makes do before their first line: threads/preload.cts. */
export function startAsPreload(): void {
  hidePreload()

  if (isMainThread) {
    const start = takeProcessStart()
    if (start !== null) {
      instance.switchOn({ sample: start.sample, errors: process.env['ASYNC_TRACE_ERRORS'] === '1' })
      instance.watchParent(channelToParent(start))
      joinParent(start)
      if (start.isRegistered) listenForDumps()
    }
  } else {
    const start = takeThreadStart()
    if (start !== null) {
      instance.switchOn({ sample: start.sample, errors: process.env['ASYNC_TRACE_ERRORS'] === '1' })
      joinThreads(start)
      noteUncaughtOfWorker()
    }
  }
}
