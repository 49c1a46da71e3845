// A thenable that hands on what a promise brings, as query builders do.
import { never, show } from './show.mjs'

async function query() {
  await never()
}
const pq = query()
const builder = {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
  then(resolve, reject) {
    return pq.then(resolve, reject)
  },
}
async function waits() {
  await builder
}
waits()
show({ stacks: { pq } })

/* waits:
graph
query:5
  await -> (unresolved promise; its resolve() was not found)
waits:15
  resolved with another promise -> query:5
stack of pq
  query:5
    waits:15
*/
