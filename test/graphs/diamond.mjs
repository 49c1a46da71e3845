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
leaf:4
  await -> (promise)
left:8
  await -> leaf:4
right:11
  await -> leaf:4
top:14
  Promise.all (index 0) -> left:8
  Promise.all (index 1) -> right:11
stack of shared
  leaf:4
    left:8
      Promise.all (index 0) < top:14
    right:11
      Promise.all (index 1) < top:14
*/
