// A combinator of something that is no array.
import { never, show } from './show.mjs'

async function a() {
  await never()
}
const pa = a()
async function both() {
  await Promise.all(new Set([pa, a()]))
}
both()
show({ stacks: { pa } })

/* waits:
graph
a:5 ×2
  await -> (unresolved promise; its resolve() was not found)
both:9
  Promise.all (index 0) -> a:5
  Promise.all (index 1) -> a:5
stack of pa
  a:5
    Promise.all (index 0) < both:9
*/
