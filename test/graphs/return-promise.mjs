// An async function that returned a promise has ended, yet its caller waits.
import { never, show } from './show.mjs'

const gone = never()
async function returns() {
  return gone
}
async function waits() {
  await returns()
}
waits()
show({ stacks: { gone } })

/* waits:
graph
waits:9
  await -> (promise)
stack of gone
  (promise)
    waits:9
*/
