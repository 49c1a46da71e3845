// Those that have been resumed before they await the shared promise.
import { never, show } from './show.mjs'

const tick = () => new Promise(setImmediate)
const shared = never()
async function first() {
  await tick()
  await shared
}
async function second() {
  await tick()
  await tick()
  await shared
}
first()
second()
show({ stacks: { shared } })

/* waits:
graph
first:8
  await -> (unresolved promise; its resolve() was not found)
second:13
  await -> (unresolved promise; its resolve() was not found)
stack of shared
  (promise)
    first:8
    second:13
*/
