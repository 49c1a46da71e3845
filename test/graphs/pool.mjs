// Ten alike workers on one semaphore.
import { never, show } from './show.mjs'

const tick = () => new Promise(setImmediate)
const gate = never()
async function worker() {
  await tick()
  await gate
}
for (let i = 0; i < 10; i++) worker()
show()

/* waits:
graph
worker:8 ×10
  await -> (unresolved promise; its resolve() was not found)
*/
