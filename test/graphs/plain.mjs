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
  await -> (promise)
tasks
  PENDING waits:6 | promise | <module>:8 [async] < root
stack of gone
  (promise)
    waits:6
*/
