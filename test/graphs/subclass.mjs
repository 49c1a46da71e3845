// A subclass of Promise.
import { show } from './show.mjs'

class Query extends Promise {}
const query = new Query(() => {})
async function waits() {
  await query
}
waits()
show({ stacks: { query } })

/* waits:
graph
waits:7
  await -> (unresolved promise; its resolve() was not found)
stack of query
  (promise)
*/
