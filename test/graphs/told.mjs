// Edges that the program told of, and one that it took back.
import { never, show } from './show.mjs'
import { addToAwaitedBy, discardFromAwaitedBy } from 'async-trace'
const job = never()
async function worker() {
  await never()
}
async function idle() {
  await never()
}
const [pw, pi] = [worker(), idle()]
addToAwaitedBy(job, pw)
addToAwaitedBy(job, pi)
discardFromAwaitedBy(job, pi)
discardFromAwaitedBy(job, pi)
show({ stacks: { job } })

/* waits:
graph
idle:9
  await -> (promise)
worker:6
  await -> (promise)
  await -> (promise)
stack of job
  (promise)
    worker:6
*/
