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
  await -> (promise)
three:12 two:9
  await -> (promise)
stack of shared
  (promise)
    one:6
    two:9 < three:12
*/
