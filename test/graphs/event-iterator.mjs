// events.on keeps those who wait for the next event in a queue of Node's own: the event is named, not the queue.
import { EventEmitter, on } from 'node:events'
import { hold, show } from './show.mjs'

class Jobs extends EventEmitter {}
const jobs = hold(new Jobs())
async function works() {
  for await (const [job] of on(jobs, 'job')) void job
}
works()
jobs.on('other', () => {})
show({ tasks: true })

/* waits:
graph
works:8
  await -> (event: event 'job' of Jobs)
tasks
  PENDING works:8 | event 'job' of Jobs | <module>:10 [async] < root
*/
