// Two ways to one leaf.
import { never, show } from './show.mjs'

async function leaf() {
  await never()
}
const shared = leaf()
async function left() {
  await shared
}
async function right() {
  await shared
}
async function top() {
  await Promise.all([left(), right()])
}
top()
show({ stacks: { shared } })

/* waits:
graph
leaf:5
  await -> (unresolved promise; its resolve() was not found)
left:9
  await -> leaf:5
right:12
  await -> leaf:5
top:15
  Promise.all (index 0) -> left:9
  Promise.all (index 1) -> right:12
stack of shared
  leaf:5
    left:9
      Promise.all (index 0) < top:15
    right:12
      Promise.all (index 1) < top:15 (again)
*/
