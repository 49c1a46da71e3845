// One function that awaits a promise which nothing settles.
import { never, show } from './show.mjs'

const gone = never()
async function waits() {
  await gone
}
waits()
show({ stacks: { gone }, tasks: true })

/* waits:
graph
waits:6
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING waits:6 | unresolved promise; its resolve() was not found | <module>:8 [async] < root
stack of gone
  (promise)
    waits:6
*/
