// next() without a loop.
import { never, show } from './show.mjs'

const gone = never()
async function* numbers() {
  await gone
  yield 1
}
async function reads() {
  const iterator = numbers()
  await iterator.next()
}
reads()
show({ stacks: { gone } })

/* waits:
graph
reads:11 numbers:6
  await -> (unresolved promise; its resolve() was not found)
stack of gone
  (promise)
    numbers:6 < reads:11
*/
