// Functions that a mapper calls for the members of a Promise.all, and that return a promise without awaiting it.
import { never, show } from './show.mjs'

async function fetches() {
  await never()
}
async function reports() {
  return fetches()
}
async function byArrow() {
  await Promise.all([1, 2].map((id) => reports(id)))
}
async function byName() {
  await Promise.all([1, 2].map(reports))
}
async function byAsyncArrow() {
  await Promise.all([1, 2].map(async (id) => fetches(id)))
}
async function bySettled() {
  await Promise.allSettled(
    [1, 2].map((id) => {
      return reports(id)
    }),
  )
}
async function returnsMapped() {
  return Promise.all([1, 2].map((id) => reports(id)))
}
async function waits() {
  await returnsMapped()
}
byArrow()
byName()
byAsyncArrow()
bySettled()
waits()
show()

/* waits:
graph
<anonymous>:17 returned fetches:5 ×2
  await -> (unresolved promise; its resolve() was not found)
byArrow:11
  Promise.all (index 0) -> reports:8 returned fetches:5
  Promise.all (index 1) -> reports:8 returned fetches:5
byAsyncArrow:17
  Promise.all (index 0) -> <anonymous>:17 returned fetches:5
  Promise.all (index 1) -> <anonymous>:17 returned fetches:5
byName:14
  Promise.all (index 0) -> reports:8 returned fetches:5
  Promise.all (index 1) -> reports:8 returned fetches:5
bySettled:20
  Promise.allSettled (index 0) -> reports:8 returned fetches:5
  Promise.allSettled (index 1) -> reports:8 returned fetches:5
reports:8 returned fetches:5 ×8
  await -> (unresolved promise; its resolve() was not found)
waits:30 returnsMapped:27 returned
  Promise.all (index 0) -> reports:8 returned fetches:5
  Promise.all (index 1) -> reports:8 returned fetches:5
*/
