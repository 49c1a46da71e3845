// yield* through two generators.
import { never, show } from './show.mjs'

const gone = never()
async function* inner() {
  await gone
  yield 1
}
async function* outer() {
  yield* inner()
}
async function reads() {
  for await (const number of outer()) void number
}
reads()
show({ stacks: { gone } })

/* waits:
graph
reads:13 outer:10 inner:6
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    inner:6 < outer:10 < reads:13
*/
