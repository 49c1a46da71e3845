// In the third turn of a loop.
import { never, show } from './show.mjs'

const gone = never()
async function loops() {
  for (const value of [1, Promise.resolve(2), gone, 4]) {
    await value
  }
}
loops()
show()

/* waits:
graph
loops:7
  await -> (unresolved promise; its resolve() was not found)
*/
