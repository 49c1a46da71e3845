// A promise that is kept where it is first awaited: the function that made it has a place as the later ones do.
// biome-ignore-all lint/suspicious/noAssignInExpressions: that is what is tried here
import { never, show } from './show.mjs'

const cache = { loading: null }
let other
async function load() {
  await never()
}
async function first() {
  await (cache.loading ??= load())
}
async function second() {
  await (cache.loading ??= load())
}
async function third() {
  await (other = second())
}
first()
third()
show({ stacks: { other } })

/* waits:
graph
first:11
  await -> load:8
load:8
  await -> (unresolved promise; its resolve() was not found)
third:17 second:14
  await -> load:8
stack of other
  second:14 < third:17
*/
