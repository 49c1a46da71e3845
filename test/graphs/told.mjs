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
  await -> (unresolved promise; its resolve() was not found)
worker:8
  await -> (unresolved promise; its resolve() was not found)
  await -> (unresolved promise; its resolve() was not found)
stack of job
  (promise)
    worker:8
*/
