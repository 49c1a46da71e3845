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
inner:4
  await -> (promise)
waits:9
  resolved with -> inner:4
stack of pi
  inner:4
    waits:9
stack of outer
  (promise)
    waits:9
*/
