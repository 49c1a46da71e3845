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
waits:5
  await -> (promise)
tasks
  PENDING waits:5 | promise | <module>:7 [async] < root
stack of gone
  (promise)
    waits:5
*/
