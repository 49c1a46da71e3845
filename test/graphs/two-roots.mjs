// Two programs parts that have nothing to do with each other.
import { never, show } from './show.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
async function left() {
  await sleep(960_000)
}
async function right() {
  await never()
}
left()
right()
show({ tasks: true })

/* waits:
graph
left:6
  await -> (timer: setTimeout 960000 ms)
right:9
  await -> (unresolved promise; its resolve() was not found)
tasks
  PENDING left:6 | setTimeout 960000 ms | <module>:11 [async] < root
  PENDING right:9 | unresolved promise; its resolve() was not found | <module>:12 [async] < root
*/
