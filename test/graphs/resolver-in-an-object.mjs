// The resolver is in the program's own object, an emitter or an immediate: what holds it is named.
import { EventEmitter } from 'node:events'
import { hold, show } from './show.mjs'

class Jobs {
  waiting = []
  add(job) {
    this.waiting.push(job)
  }
}
const jobs = hold(new Jobs())
const emitter = hold(new EventEmitter())
async function worker() {
  await new Promise((resolve) => jobs.add({ resolve }))
}
async function listens() {
  await new Promise((resolve) => emitter.on('told', () => resolve()))
}
worker()
listens()
show({ tasks: true })

/* waits:
graph
listens:17
  await -> (event: event 'told' of EventEmitter)
worker:14
  await -> (unresolved promise; its resolve() is stored in Jobs.waiting[…])
tasks
  PENDING listens:17 | event 'told' of EventEmitter | <module>:20 [async] < root
  PENDING worker:14 | unresolved promise; its resolve() is stored in Jobs.waiting[…] | <module>:19 [async] < root
*/
