// Three functions await one promise: all of them are found.
import { never, show } from './show.mjs'

const shared = never()
async function one() {
  await shared
}
async function two() {
  await shared
}
async function three() {
  await two()
}
one()
three()
show({ stacks: { shared } })

/* waits:
graph
one:6
  await -> (unresolved promise; its resolve() was not found)
three:12 two:9
  await -> (unresolved promise; its resolve() was not found)
stack of shared
  (promise)
    one:6
    two:9 < three:12
*/
