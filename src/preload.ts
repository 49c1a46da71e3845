/**
 * What a traced thread puts before the first line of the workers and of the processes that it makes. Built as
 * one CommonJS file.
 */
import { isMainThread } from 'node:worker_threads'
import { instance } from './instance.js'
import { joinParent, takeProcessStart } from './threads/processes.js'
import { joinThreads, takeThreadStart } from './threads/this-thread.js'

if (isMainThread) {
  const start = takeProcessStart()
  if (start !== null) {
    instance.switchOn({ sample: start.sample })
    instance.watchParent()
    joinParent(start)
  }
} else {
  const start = takeThreadStart()
  if (start !== null) {
    instance.switchOn({ sample: start.sample })
    joinThreads(start)
  }
}
