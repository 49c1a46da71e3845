/** What a traced thread puts before the first line of the workers that it makes. Built as one CommonJS file. */
import { instance } from './instance.js'
import { joinThreads, takeThreadStart } from './threads/this-thread.js'

const start = takeThreadStart()
if (start !== null) {
  instance.switchOn()
  joinThreads(start)
}
