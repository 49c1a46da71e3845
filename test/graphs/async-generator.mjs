// for await over an async generator: the generator is a frame of the task that asks it.
import { never, show } from './show.mjs'

const gone = never()
async function* numbers() {
  yield 1
  await gone
  yield 2
}
async function reads() {
  for await (const number of numbers()) void number
}
reads()
show({ stacks: { gone } })

/* waits:
graph
reads:11 numbers:7
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    numbers:7 < reads:11
*/
