// A wrapper that goes on by itself when its caller gives up.
import { never, show } from './show.mjs'

async function work() {
  await never()
}
const shield = (promise) => new Promise((resolve, reject) => promise.then(resolve, reject))
const pw = work()
async function waits() {
  await shield(pw)
}
waits()
show({ stacks: { pw } })

/* waits:
graph
waits:10
  then -> work:5
work:5
  await -> (unresolved promise; its resolve() was not found)
stack of pw
  work:5
    waits:10
*/
