// A callback returned a promise: the derived one waits for it.
import { never, show } from './show.mjs'

async function inner() {
  await never()
}
let pi
async function waits() {
  await Promise.resolve().then(() => (pi = inner()))
}
waits()
show()

/* waits:
graph
inner:5
  await -> (unresolved promise; its resolve() was not found)
waits:9
  resolved with another promise -> inner:5
*/
