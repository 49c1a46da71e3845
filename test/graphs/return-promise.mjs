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
waits:9 returns returned
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    returns returned < waits:9
*/
