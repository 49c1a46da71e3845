// A promise that was resolved with another one.
import { never, show } from './show.mjs'

async function inner() {
  await never()
}
const pi = inner()
const outer = new Promise((resolve) => resolve(pi))
async function waits() {
  await outer
}
waits()
show({ stacks: { pi, outer } })

/* waits:
graph
inner:5
  await -> (unresolved promise; its resolve() was not found)
waits:10
  resolved with another promise -> inner:5
stack of pi
  inner:5
    waits:10
stack of outer
  (promise)
    waits:10
*/
