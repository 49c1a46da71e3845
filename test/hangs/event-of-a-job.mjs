// The answer to a job is an event that has the job's number in its name, and nothing works on such jobs.
import { EventEmitter } from 'node:events'
import { hangs } from './hangs.mjs'

class Jobs extends EventEmitter {
  #last = 4710
  add() {
    return ++this.#last
  }
}
const jobs = new Jobs()
globalThis.jobs = jobs
async function report() {
  const id = jobs.add()
  const done = new Promise((resolve) => jobs.once(`completed:${id}`, resolve))
  hangs()
  await done
}
await report()

/* memory:
1 task pending.

Waiting for:
  report() event-of-a-job.mjs:17 ← <module> event-of-a-job.mjs:19: event 'completed:…' of Jobs
*/

/* records:
1 task pending.

Waiting for:
  report() event-of-a-job.mjs:17 ← <module> event-of-a-job.mjs:19: event 'completed:…' of Jobs
*/
