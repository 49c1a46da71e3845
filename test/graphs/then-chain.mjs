// Through .then, .catch and .finally to the function that awaits the last of them.
import { never, show } from './show.mjs'

const gone = never()
async function waits() {
  await gone
    .then(() => 1)
    .catch(() => 2)
    .finally(() => {})
}
waits()
show({ stacks: { gone } })

/* waits:
graph
waits:6
  finally, then, then -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    waits:6
*/
