// for await over an array of promises.
import { never, show } from './show.mjs'

const gone = never()
async function reads() {
  for await (const value of [Promise.resolve(1), gone]) void value
}
reads()
show()

/* waits:
graph
reads:6
  for await -> (unresolved promise; its resolve() was not found)
*/
