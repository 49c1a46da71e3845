/**
 * What a traced thread puts before the first line of the workers and of the processes that it makes. Built as
 * one CommonJS file.
 */
import { isMainThread } from 'node:worker_threads'
import { listenForDumps } from './dump-on-signal.js'
import { instance } from './instance.js'
import { hidePreload } from './threads/preload-flag.js'
import { channelToParent, joinParent, takeProcessStart } from './threads/processes.js'
import { joinThreads, takeThreadStart } from './threads/this-thread.js'
import { noteUncaughtOfWorker } from './uncaught.js'

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
