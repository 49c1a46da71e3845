// Edges that the program told of, and one that it took back.

import { addToAwaitedBy, discardFromAwaitedBy } from 'async-trace'
import { never, show } from './show.mjs'

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
idle:11
  await -> (promise)
worker:8
  await -> (promise)
  await -> (promise)
stack of job
  (promise)
    worker:8
*/
