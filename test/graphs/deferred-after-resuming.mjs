// The same in functions that have been resumed.
import { never, show } from './show.mjs'

const tick = () => new Promise(setImmediate)
const kept = []
const gone = never()
async function inner() {
  await tick()
  kept.push(never())
  await gone
}
async function outer() {
  await tick()
  kept.push(never())
  await inner()
}
const po = outer()
show({ stacks: { gone, po } })

/* waits:
graph
outer:15 inner:10
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    inner:10 < outer:15
stack of po
  inner:10 < outer:15
*/
